import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "pipeline/command";
import { recordedRuns, removeStarted } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";
import { readTrust, SIGN } from "./cosign.ts";
import { startSigstore } from "./stack.ts";

// make sigstore-up: starts the local Sigstore and leaves it running; its keys stay in out/sigstore, so that what it
// signed is still good after the next start. A shell reads out/sigstore/env, which refuses once a server is gone.
const FOLDER = join(ROOT, "out/sigstore");
const RUNNING = join(FOLDER, "running");
const ENV = join(FOLDER, "env");

await command("sigstore", async (run) => {
  run.alone("make sigstore-up");
  const before = existsSync(RUNNING) ? readFileSync(RUNNING, "utf8") : "";
  const isUp = existsSync(ENV) && spawnSync("sh", ["-c", '. "$0"', ENV], { stdio: "ignore" }).status === 0;
  if (recordedRuns().includes(before)) {
    if (isUp) {
      process.stdout.write(`sigstore: already up; make sigstore-down ends it\n${usage()}`);
      return 0;
    }
    removeStarted(before); // some of its servers crashed
  }
  const forget = () => {
    for (const file of [RUNNING, ENV]) rmSync(file, { force: true });
  };
  forget();
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const stack = await startSigstore(run, FOLDER);
  run.beforeRemoval = forget;
  writeFileSync(RUNNING, run.id);
  const pids = stack.servers.map(({ child }) => child.pid);
  const alive = `[ "$(ps -o stat= -p ${pids.join(",")} | grep -vc Z)" = ${pids.length} ]`; // Z: ended, and nobody asked
  const gone = "echo 'sigstore: a server of out/sigstore/env is gone: make sigstore-up starts it again' >&2";
  const lines = Object.entries(stack.env).map(([name, value]) => `export ${name}='${value}'\n`);
  lines.push(`export PATH='${join(ROOT, "toolchain/bin")}':"$PATH"\n`); // its cosign
  writeFileSync(ENV, `${alive} || { ${gone}; return 1; }\n${lines.join("")}`, { mode: 0o600 });
  process.stderr.write(`sigstore: up, issuer ${stack.issuer}; in a shell, IMAGE being HOST/REPOSITORY@DIGEST:\n`);
  process.stdout.write(usage());
  run.outlives = true; // its record under out/run ends them
  return 0;
});

/** The lines to sign with it and to verify what it signed, as they can be typed at the root of the repository. */
function usage(): string {
  const { identity, issuer } = readTrust(join(FOLDER, "trust.json"));
  const who = `--certificate-identity ${identity} --certificate-oidc-issuer ${issuer}`;
  const verify = `cosign verify-attestation --type ${SIGN} --trusted-root out/sigstore/trusted_root.json ${who} IMAGE`;
  return ["cosign sign --yes IMAGE", verify].map((line) => `. out/sigstore/env && ${line}\n`).join("");
}

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRegistry } from "../registry.ts";
import { ROOT } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { acceptedBy, attest, cosign, readTrust, sign, verifyStatement } from "./cosign.ts";
import { FILES } from "./keys.ts";
import { listenersOf } from "./listeners.ts";
import { pushSmallImage } from "./small-image.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "./stack.ts";

const reason = await bringTools([...SIGSTORE_TOOLS, "crane", "docker-registry"]);
const { named, proves } = unless(reason);

const run = new Run("sigstore-test");
const folder = join(run.folder, "kept");
let stack: Sigstore;
let registry = "";
let signed = "";
let upMs = 0;
afterAll(() => run.close());

beforeAll(async () => {
  if (reason !== undefined) return;
  registry = await startRegistry(run);
  const begin = performance.now();
  stack = await startSigstore(run, folder);
  upMs = performance.now() - begin;
  signed = pushSmallImage(`${registry}/app`, "signed");
  sign(stack, signed);
});

proves("cosign sign --yes IMAGE, and the strict check without any server, agree", () => {
  process.stdout.write(`sigstore: up in ${Math.round(upMs)} ms\n`);
  const { status, output } = verifyStatement(signed, acceptedBy(stack));
  expect(status, output).toBe(0);
  expect(output).toContain("Existence of the claims in the transparency log was verified offline");
});

proves("what nobody signed is refused by the same check", () => {
  const unsigned = pushSmallImage(`${registry}/app`, "unsigned");
  expect(verifyStatement(unsigned, acceptedBy(stack)).output).toContain("no matching attestations");
  expect(cosign(["verify", ...asVerify(), unsigned])).toMatchObject({ status: 10 });
});

proves("an image with nothing but an SBOM passes cosign verify, and not the strict check", () => {
  const image = pushSmallImage(`${registry}/app`, "with an SBOM only");
  attest(stack, image, "spdxjson", { spdxVersion: "SPDX-2.3", packages: [] });
  expect(cosign(["verify", ...asVerify(), image]).status).toBe(0);
  expect(verifyStatement(image, acceptedBy(stack), "https://spdx.dev/Document").status).toBe(0);
  expect(verifyStatement(image, acceptedBy(stack))).toMatchObject({ status: 1 });
});

proves(
  "attest --replace replaces nothing: the old statement is still there and valid, so every one must be judged",
  () => {
    const image = pushSmallImage(`${registry}/app`, "attested twice");
    const predicate = join(run.folder, "second.json");
    writeFileSync(predicate, JSON.stringify({ spdxVersion: "SPDX-2.3", name: "second", packages: [] }));
    attest(stack, image, "spdxjson", { spdxVersion: "SPDX-2.3", name: "first", packages: [] });
    const args = ["attest", "--yes", "--replace", "--type=spdxjson", `--predicate=${predicate}`, image];
    expect(cosign(args, stack.env).status).toBe(0);
    const { stdout } = verifyStatement(image, acceptedBy(stack), "https://spdx.dev/Document");
    const payloads = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { payload: string }).payload);
    const names = payloads.map(
      (payload) => /"name":"(first|second)"/.exec(Buffer.from(payload, "base64").toString())?.[1],
    );
    expect(names.sort()).toEqual(["first", "second"]);
  },
);

proves("a token of another workflow gives a certificate that the policy refuses", () => {
  const image = pushSmallImage(`${registry}/app`, "by another workflow");
  const other = "acme/hardened-node-api/.github/workflows/other.yml@refs/heads/main";
  sign(stack, image, stack.as({ job_workflow_ref: other }));
  expect(verifyStatement(image, acceptedBy(stack)).output).toContain(`got "https://github.com/${other}"`);
  const allowed = { ...acceptedBy(stack), identity: `https://github.com/${other}` };
  expect(verifyStatement(image, allowed).status).toBe(0);
});

proves("the production policy refuses this issuer and rebuilt bases", () => {
  const production = readTrust(join(ROOT, "policies/trust.json"));
  expect(production.issuer).toBe("https://token.actions.githubusercontent.com");
  expect(production.origins).not.toContain("local");
  expect(readTrust(stack.trust).origins).toContain("local");
  const refused = verifyStatement(signed, { ...acceptedBy(stack), issuer: production.issuer });
  expect(refused).toMatchObject({ status: 1 });
  expect(refused.output).toContain(`expected issuer value "${production.issuer}", got "${stack.issuer}"`);
});

test.skipIf(reason !== undefined || process.platform !== "linux")(
  named("every server listens on loopback alone"),
  () => {
    const found = stack.servers.flatMap(({ name, child }) =>
      listenersOf(child.pid ?? 0).map((address) => `${name} ${address.split(":")[0]}`),
    );
    expect(found.length).toBeGreaterThanOrEqual(stack.servers.length);
    expect(found.filter((line) => !line.endsWith(" 0100007F"))).toEqual([]);
  },
);

proves("a signature survives a restart, and a client follows the repository to its next version", async () => {
  await stack[Symbol.asyncDispose]();
  const pids = stack.servers.map(({ child }) => child.pid ?? 0);
  expect(pids.filter((pid) => spawnSync("kill", ["-0", String(pid)]).status === 0)).toEqual([]);
  expect(verifyStatement(signed, acceptedBy(stack)).status).toBe(0); // no server needed
  const { issuer } = stack;
  stack = await startSigstore(run, folder);
  expect(stack.issuer).toBe(issuer);
  expect(verifyStatement(signed, acceptedBy(stack)).status).toBe(0);
  const later = pushSmallImage(`${registry}/app`, "after the restart");
  sign(stack, later);
  expect(cosign(["verify", ...asVerify(), later], stack.env).status).toBe(0);
});

const make = (target: string) => spawnSync("make", ["--silent", target], { cwd: ROOT, encoding: "utf8" });
/** A printed line in a shell that knows no tool of the toolchain. */
const typed = (line: string, image: string) => {
  const env = { ...process.env, PATH: "/usr/bin:/bin" };
  return spawnSync("sh", ["-c", line.replace("IMAGE", image)], { cwd: ROOT, env, encoding: "utf8" });
};
const shell = (command: string) =>
  spawnSync("sh", ["-c", `. out/sigstore/env && ${command}`], { cwd: ROOT, encoding: "utf8" });

proves("make sigstore-up gives a shell all it needs, and make sigstore-down leaves nothing running", () => {
  mkdirSync(join(ROOT, "out"), { recursive: true });
  const up = make("sigstore-up");
  expect(up.status, up.stderr).toBe(0);
  const again = make("sigstore-up").stdout;
  expect(again).toContain("already up");
  expect(again).toContain(up.stdout);
  const [sign = "", verify = "", ...more] = up.stdout.trimEnd().split("\n");
  expect(more).toEqual([]);
  const image = pushSmallImage(`${registry}/app`, "by a shell");
  expect(typed(verify, image)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no matching attestations") as string,
  });
  for (const line of [sign, verify]) {
    const { status, stderr } = typed(line, image);
    expect(status, `${line}: ${stderr}`).toBe(0);
  }
  expect(make("sigstore-down").stdout.match(/process \d+/g)).toHaveLength(5);
  expect(make("sigstore-down").stdout).toContain("was not up");
  expect(shell("echo went on").stdout).toBe("");
  expect(existsSync(join(ROOT, "out/sigstore/env"))).toBe(false);
  expect(existsSync(join(ROOT, "out/sigstore", FILES.authorityKey))).toBe(true);
});

proves("after a crash a shell is told and gets no dead endpoint, and make sigstore-up starts it again", () => {
  expect(make("sigstore-up").status).toBe(0);
  const { stdout } = shell("printenv");
  expect(stdout).toContain("TUF_ROOT=");
  const id = readFileSync(join(ROOT, "out/sigstore/running"), "utf8");
  const records = JSON.parse(readFileSync(join(ROOT, "out/run", id, "processes.json"), "utf8")) as { pid: number }[];
  process.kill(records.at(-1)?.pid ?? 0, "SIGKILL");
  expect(shell("echo went on")).toMatchObject({
    stdout: "",
    stderr: "sigstore: a server of out/sigstore/env is gone: make sigstore-up starts it again\n",
  });
  const again = make("sigstore-up");
  expect(again.stdout, again.stderr).not.toContain("already up");
  expect(shell("echo went on").stdout).toBe("went on\n");
  expect(make("sigstore-down").stdout.match(/process \d+/g)).toHaveLength(5);
});

proves("a port that somebody else has by now is one sentence", async () => {
  const { web } = JSON.parse(readFileSync(join(ROOT, "out/sigstore/ports.json"), "utf8")) as { web: number };
  const server = createServer().listen(web, "127.0.0.1");
  await once(server, "listening");
  const up = spawnSync(process.execPath, ["proof/sigstore/up.ts"], { cwd: ROOT, encoding: "utf8" });
  server.close();
  expect(up).toMatchObject({ status: 3, stdout: "" });
  expect(up.stderr).toMatch(
    new RegExp(`^sigstore: expected port ${web} of .*ports.json to be free, it is in use: .*\n$`),
  );
});

function asVerify(): string[] {
  const { trustedRoot, identity, issuer } = acceptedBy(stack);
  return [`--trusted-root=${trustedRoot}`, `--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`];
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Run, recordedRuns } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";
import { startSigstore } from "./stack.ts";

// make sigstore-up: starts the local Sigstore and leaves it running; its keys stay in out/sigstore, so that what it
// signed is still good after the next start. A shell reads out/sigstore/env.
const FOLDER = join(ROOT, "out/sigstore");
const RUNNING = join(FOLDER, "running");
const ENV = join(FOLDER, "env");

const before = existsSync(RUNNING) ? readFileSync(RUNNING, "utf8") : "";
if (recordedRuns().includes(before)) {
  process.stdout.write("sigstore: already up; make sigstore-down ends it\n");
} else {
  const run = new Run("sigstore");
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
    const stack = await startSigstore(run, FOLDER);
    const lines = Object.entries(stack.env).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(ENV, lines.join(""), { mode: 0o600 });
    writeFileSync(RUNNING, run.id);
    process.stderr.write(
      `sigstore: up, issuer ${stack.issuer}; cosign sign --yes IMAGE signs with the printed lines\n`,
    );
  } catch (error) {
    run.close();
    const known = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
    process.stderr.write(`sigstore: ${known ? error.message : (error as Error).stack}\n`);
    process.exit(known ? (error.exitCode as number) : 3);
  }
}
process.stdout.write("sigstore: in a shell: . out/sigstore/env && cosign sign --yes IMAGE\n");
process.exit(0); // its servers go on; the record under out/run ends them

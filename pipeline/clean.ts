import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { removeStarted } from "./started.ts";

// make clean: whatever any command started and did not get to remove, then the results. --all: what set-up and builds
// brought too; the engine and its build cache belong to the machine and stay.
const ROOT = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });

for (const line of removeStarted()) process.stdout.write(`removed ${line}\n`);
remove("out");
if (values.all) {
  for (const pattern of ["hardened-node-api", "hardened-node-api-base/*"]) removeImages(pattern);
  for (const folder of ["node", "pnpm"]) remove(`toolchain/${folder}/node_modules`);
  for (const path of ["toolchain/lint/.venv", "toolchain/bin", "course/decoys", "node_modules"]) remove(path);
}

function remove(path: string): void {
  rmSync(join(ROOT, path), { recursive: true, force: true });
  process.stdout.write(`removed ${path}\n`);
}

function removeImages(pattern: string): void {
  try {
    const listed = execFileSync(
      "docker",
      ["image", "ls", "--format={{.Repository}}:{{.Tag}}", `--filter=reference=${pattern}`],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const images = listed.split("\n").filter((line) => line !== "" && !line.endsWith("<none>"));
    if (images.length > 0) execFileSync("docker", ["image", "rm", "--force", ...images], { stdio: "ignore" });
    for (const image of images) process.stdout.write(`removed image ${image}\n`);
  } catch {
    process.stdout.write(`no engine answers: images ${pattern} were not looked for\n`);
  }
}

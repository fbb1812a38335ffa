import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineLines, removeStarted } from "./started.ts";

// make clean: whatever any command started and did not get to remove, then the results. --all: what set-up and builds
// brought too; the engine and its build cache belong to the machine and stay.
const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
const brought = ["toolchain/node/node_modules", "toolchain/pnpm/node_modules", "toolchain/lint/.venv", "toolchain/bin"];
const paths = ["out", ...(values.all ? [...brought, "course/decoys", "node_modules"] : [])];

const removed = [...removeStarted(), ...(values.all ? removeImages() : []), ...paths];
for (const path of paths) rmSync(join(import.meta.dirname, "..", path), { recursive: true, force: true });
for (const line of removed) process.stdout.write(`removed ${line}\n`);

function removeImages(): string[] {
  const filters = ["hardened-node-api", "hardened-node-api-base/*"].map((name) => `--filter=reference=${name}`);
  const listed = engineLines("image", "ls", "--format={{.Repository}}:{{.Tag}}", ...filters);
  const images = listed.filter((name) => !name.endsWith("<none>"));
  if (images.length > 0) engineLines("image", "rm", "--force", ...images);
  return images.map((name) => `image ${name}`);
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { removeStarted } from "./started.ts";

// make clean: whatever any command started and did not get to remove, then the results.
for (const line of removeStarted()) process.stdout.write(`removed ${line}\n`);
rmSync(join(import.meta.dirname, "../out"), { recursive: true, force: true });
process.stdout.write("removed out/\n");

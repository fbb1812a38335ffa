import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { recordedRuns, removeStarted } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";

// make sigstore-down: ends what make sigstore-up started. The keys stay; make clean removes them too.
const file = join(ROOT, "out/sigstore/running");
const id = existsSync(file) ? readFileSync(file, "utf8") : "";
const removed = recordedRuns().includes(id) ? removeStarted(id) : [];
rmSync(file, { force: true });
process.stdout.write(removed.length === 0 ? "sigstore: was not up\n" : `sigstore: ended ${removed.join(", ")}\n`);

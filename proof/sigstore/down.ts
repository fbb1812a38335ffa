import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { recordedRuns, removeStarted } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";

// make sigstore-down: ends what make sigstore-up started. The keys stay; make clean removes them too.
const [running, env] = [join(ROOT, "out/sigstore/running"), join(ROOT, "out/sigstore/env")];
const id = existsSync(running) ? readFileSync(running, "utf8") : "";
rmSync(env, { force: true }); // first: no shell may read what is being ended
const removed = recordedRuns().includes(id) ? removeStarted(id) : [];
rmSync(running, { force: true });
process.stdout.write(removed.length === 0 ? "sigstore: was not up\n" : `sigstore: ended ${removed.join(", ")}\n`);

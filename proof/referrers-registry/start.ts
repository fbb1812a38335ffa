import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { freePort } from "../free-port.ts";
import { ROOT } from "../repository-copy.ts";
import { answers, start } from "../servers.ts";
import { build } from "../tools/build.ts";
import { cache } from "../tools/module.ts";

const MODULE = join(ROOT, "proof/tools/crane");
const SOURCE = join(import.meta.dirname, "main.go");

/**
 * A registry that has the referrers API and deletes what it is asked to, on a free loopback port; it ends with the run.
 * Debian's has neither, like ghcr.io.
 * @returns `localhost:PORT`
 */
export async function startReferrersRegistry(run: Run): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [SOURCE, join(MODULE, "go.mod"), join(MODULE, "go.sum")]) hash.update(readFileSync(file));
  const binary = join(cache(), `referrers-registry-${hash.digest("hex").slice(0, 16)}`, "referrers-registry");
  const what = { folder: MODULE, package: SOURCE, ldflags: "", hash: "", binary };
  if (!existsSync(binary)) await build(run, what, (line) => process.stderr.write(`referrers registry: ${line}\n`));
  const address = `127.0.0.1:${await freePort()}`;
  const log = join(run.folder, "referrers-registry.log");
  await answers(start(run, "referrers-registry", binary, [address], log), `http://${address}/v2/`);
  return address.replace("127.0.0.1", "localhost");
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { freePort } from "./free-port.ts";
import { answers, start } from "./servers.ts";

/**
 * A registry of its own on a free loopback port, its files in the run's folder; it ends with the run. Its log is a
 * file: whoever waits for a command cannot empty a pipe meanwhile, and a full one would stop the registry.
 * @param name of its files, where a run has more than one
 * @param deletes whether it deletes manifests; it answers 405 unless it does, as ghcr.io
 * @returns `127.0.0.1:PORT`
 */
export async function startRegistry(run: Run, name = "registry", deletes = false): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const folder = join(run.folder, name);
  mkdirSync(folder);
  const config = {
    version: "0.1",
    log: { accesslog: { disabled: true }, level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: deletes } },
    http: { addr: address },
  };
  const file = join(run.folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const log = join(run.folder, `${name}.log`);
  await answers(start(run, "docker-registry", "docker-registry", ["serve", file], log), `http://${address}/v2/`);
  return address;
}

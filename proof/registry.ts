import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Run } from "pipeline/started";
import { ToolError } from "./errors.ts";
import { freePort } from "./free-port.ts";

/**
 * A registry of its own on a free loopback port, its files in the run's folder; it ends with the run.
 * @returns `127.0.0.1:PORT`
 */
export async function startRegistry(run: Run): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const folder = join(run.folder, "registry");
  mkdirSync(folder);
  const config = {
    version: "0.1",
    log: { accesslog: { disabled: true }, level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: address },
  };
  const file = join(run.folder, "registry.json");
  writeFileSync(file, JSON.stringify(config)); // JSON is YAML
  const child = run.spawn("docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "pipe"] });
  if (child.stderr === null) throw new TypeError("expected a pipe");
  const lines: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    if (line.includes("listening on")) {
      child.stderr.resume(); // a full pipe would stop it
      return address;
    }
  }
  throw new ToolError(`expected docker-registry to listen on ${address}, it ended:\n${lines.slice(-5).join("\n")}`);
}

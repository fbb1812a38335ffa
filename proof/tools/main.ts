import { parseArgs } from "node:util";
import Table from "cli-table3";
import { command } from "pipeline/command";
import { tools } from "pipeline/tools";
import { UsageError } from "../errors.ts";
import { type Brought, bring, pinned } from "./bring.ts";

// make tools: every tool of pipeline/tools.json, or those named. 0 when all are here, 3 when one is not; with --optional
// 0 then too: nobody is forced to have Go, and a test that needs a missing tool is skipped by name.
await command("tools", async (run) => {
  const options = { optional: { type: "boolean", default: false } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const unknown = positionals.filter((name) => !tools.some((tool) => tool.name === name));
  if (unknown.length > 0) {
    const known = tools.map(({ name }) => name).join(", ");
    throw new UsageError(`expected tools of pipeline/tools.json (${known}), got ${unknown.join(", ")}`);
  }
  const say = (line: string) => process.stderr.write(`tools: ${line}\n`);
  const brought: Brought[] = [];
  for (const name of positionals.length > 0 ? positionals : tools.map((tool) => tool.name)) {
    brought.push(await bring(pinned(name), { run, say }));
  }
  const table = new Table({ head: ["tool", "version", "way", "seconds"], style: { head: [], border: [] } });
  for (const one of brought) {
    table.push([one.name, one.version, one.way, one.way === "missing" ? "" : one.seconds.toFixed(1)]);
  }
  process.stdout.write(`${table.toString()}\n`);
  const missing = brought.filter((one) => one.way === "missing");
  for (const { name, reason } of missing) process.stderr.write(`tools: ${name} is missing: ${reason}\n`);
  if (missing.length > 0) {
    const how =
      "install Go, or these versions yourself (pipeline/tools.json); a test that needs one is skipped by name";
    process.stderr.write(`tools: ${missing.length} missing: ${how}\n`);
  }
  return missing.length === 0 || values.optional ? 0 : 3;
});

import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { ROOT } from "../bake.ts";
import { command } from "../command.ts";
import type { GateResult, Shipment } from "./gate.ts";
import { lock } from "./lock.ts";
import { runGate } from "./runner.ts";

const GATES = [lock];

// make pipeline: the image that ships through every gate in order; the first that fails ends it. Exit 0 all passed, 1 not.
await command("pipeline", async (run) => {
  const { values } = parseArgs({ options: { bases: { type: "string" } } });
  void values;
  const shipment: Shipment = {
    root: ROOT,
    out: join(ROOT, "out/pipeline"),
    repository: "",
    trust: "",
    record: undefined,
    subject: undefined,
  };
  const table = new Table({
    head: ["gate", "verdict", "seconds", "what was seen"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [8, 9, 9, 84],
  });
  let failed: GateResult | undefined;
  for (const gate of GATES) {
    process.stderr.write(`${gate.name} …\n`);
    const [result, isStored] = await runGate(run, gate, shipment);
    const note = isStored ? ` (stored: nothing changed since ${result.at})` : "";
    table.push([result.gate, result.verdict, result.seconds.toFixed(1), `${result.reason}${note}`]);
    if (result.verdict === "fail") failed = result;
    if (failed !== undefined) break;
  }
  process.stdout.write(`${table.toString()}\n`);
  return failed === undefined ? 0 : 1;
});

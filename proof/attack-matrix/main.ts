import { join } from "node:path";
import Table from "cli-table3";
import { ROOT } from "pipeline/bake";
import { writeWhole } from "pipeline/build";
import { command } from "pipeline/command";
import { ToolError } from "../errors.ts";
import { bringTools } from "../tools/bring.ts";
import { elsewhere } from "./elsewhere.ts";
import { held, openScene, type StoredAttacks, TOOLS, type Tried, tryRow } from "./matrix.ts";

// make attack-supply-chain: every row tried, with each place that refused and its own words, also as
// out/attack-supply-chain.json. 1 when one row did not hold.
await command("attack-supply-chain", async (run) => {
  // Here, since it reads policies/trust.json, and what is wrong with that is said as one sentence.
  const { rows } = await import("./rows.ts");
  const missing = await bringTools(TOOLS);
  if (missing !== undefined) throw new ToolError(`the attacks need ${missing}`);
  const scene = await openScene(run);
  const head = ["attack", "verdict", "who refused, in its own words", "accepted once lifted"];
  const table = new Table({
    head,
    colWidths: [34, 10, 70, 34],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  const all: Tried[] = [];
  for (const row of rows) {
    const tried = await tryRow(scene, row);
    all.push(tried);
    const words = Object.entries(tried.messages).map(
      ([place, text]) => `${place}: ${(text ?? "ACCEPTED").slice(0, 400)}`,
    );
    for (const [place, text] of Object.entries(tried.blind)) words.push(`${place} ${text ?? "does not see it"}`);
    table.push([row.attack, held(tried) ? "refused" : "NOT HELD", words.join("\n"), row.control]);
    process.stderr.write(`attack-supply-chain: ${row.attack}: ${held(tried) ? "refused" : "NOT HELD"}\n`);
  }
  writeWhole(join(ROOT, "out/attack-supply-chain.json"), { schemaVersion: 1, attacks: all } satisfies StoredAttacks);
  const refused = all.filter(held).length;
  process.stdout.write(`${table.toString()}\n${refused} of ${rows.length} attacks refused\n`);
  process.stdout.write("\nTried elsewhere, each by a test, or a row of one, of its own stack:\n");
  for (const { attacks, file, title } of elsewhere) process.stdout.write(`  ${attacks}: ${file}, "${title}"\n`);
  return refused === rows.length ? 0 : 1;
});

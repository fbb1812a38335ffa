import { parseArgs } from "node:util";
import { table } from "ladder";
import { command } from "pipeline/command";
import { mutants, mutate, nameOf } from "./mutate.ts";

// make mutate: each control taken away, one at a time, and who noticed. Exit 1 when somebody did not.
await command("mutate", async (run) => {
  const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
  const chosen = mutants.filter(({ file, control }) => `${file}: ${control}`.includes(values.only));
  const startedAt = performance.now();
  const verdicts = await mutate(run, chosen, (line) => process.stderr.write(`${line}\n`));
  const rows = verdicts.map(({ mutant, noticed, saw, ms }) => [
    `${mutant.file}\n${mutant.control}`,
    nameOf(mutant.caughtBy),
    noticed ? "caught" : "SURVIVED",
    saw,
    `${(ms / 1000).toFixed(1)} s`,
  ]);
  process.stdout.write(`${table(["mutant", "must notice", "", "saw", "took"], rows, [38, 30, null, 30, null])}\n`);
  const survived = verdicts.filter(({ noticed }) => !noticed).length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${verdicts.length} mutants, ${survived} survived, ${seconds} s\n`);
  return survived === 0 && verdicts.length > 0 ? 0 : 1;
});

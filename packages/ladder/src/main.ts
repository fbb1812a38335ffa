import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "pipeline/bake";
import { writeWhole } from "pipeline/build";
import { command } from "pipeline/command";
import { runImage } from "pipeline/run-image";
import type { Run } from "pipeline/started";
import { requireTools } from "pipeline/tools";
import { changes, faultsOf, remaining } from "./changes.ts";
import { comparison, pairOf, storedOr } from "./compare.ts";
import { type Contract, imageOf, type StageContract, titleOf } from "./contract.ts";
import { LadderError } from "./errors.ts";
import { buildStage, type Measured, measure } from "./measure.ts";
import { publish } from "./publish.ts";
import { publishInReadme } from "./readme.ts";
import { scorecardOf, terminal } from "./render.ts";
import { stageOf, stages } from "./stages.ts";
import { storedResult } from "./stored.ts";
import { everyCheck, sixLines } from "./table.ts";
import { markdownOf, terminalOf } from "./variant-render.ts";
import { measureVariant, type VariantResult } from "./variant-results.ts";
import { variantNames, variantOf } from "./variants.ts";
import { barSentence, type Found, holds, knownIn, liveDatabase, vulnerabilityTable } from "./vulnerabilities.ts";

const USAGE =
  "expected: ladder demo | scorecard | stage N [--all] | variant NAME [--all] | variants | run N [--port PORT] | compare A B | vulnerabilities | page | readme; all with [--bases FILE]";

type Options = { bases: string | undefined; all: boolean; port: string };

await command("ladder", async (run) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bases: { type: "string" },
      all: { type: "boolean", default: false },
      port: { type: "string", default: "3000" },
    },
  });
  const [verb, number, ...more] = positionals;
  const options: Options = { bases: values.bases, all: values.all, port: values.port };
  if (verb === "compare") return await compare(run, positionals.slice(1), options);
  if (more.length > 0) throw new LadderError("USAGE", USAGE);
  if (verb === "stage") return await stage(run, stageOf(number), options);
  if (verb === "variant") return await variant(run, variantOf(number), options);
  if (verb === "run") {
    const contract = stageOf(number);
    return await runImage(run, imageOf(contract), { plain: contract.run === "plain", port: options.port });
  }
  if (number !== undefined) throw new LadderError("USAGE", USAGE);
  if (verb === "page") return say(written(publish()));
  if (verb === "readme") return say(written(publishInReadme()));
  if (verb === "demo") return await climb(run, options, true);
  if (verb === "variants") return await sideBySide(run, options);
  if (verb === "vulnerabilities") return await vulnerabilities(run, options);
  if (verb === "scorecard") return await climb(run, options, false);
  throw new LadderError("USAGE", USAGE);
});

async function stage(run: Run, contract: StageContract, options: Options): Promise<number> {
  const below = stages.find((candidate) => candidate.stage === contract.stage - 1);
  if (below !== undefined && storedResult(below) === undefined) {
    progress(`stage ${below.stage} was not measured yet; measuring it for the comparison`);
    await measure(run, below, { bases: options.bases, onProgress: progress });
  }
  const measured = await measure(run, contract, { bases: options.bases, onProgress: progress });
  print(contract, measured, options.all);
  return measured.differences.length === 0 ? 0 : 1;
}

async function variant(run: Run, contract: Contract, options: Options): Promise<number> {
  const measured = await measure(run, contract, { bases: options.bases, onProgress: progress });
  const { result, report } = measured;
  const parts = [
    heading(measured, titleOf(contract)),
    options.all ? everyCheck(contract, report) : sixLines(contract, result, report),
    faultsOf(contract),
    verdict(measured),
  ];
  process.stdout.write(`${parts.join("\n\n")}\n`);
  return measured.differences.length === 0 ? 0 : 1;
}

async function sideBySide(run: Run, { bases }: Options): Promise<number> {
  const all: VariantResult[] = [];
  for (const name of variantNames) all.push(await measureVariant(run, name, { bases, onProgress: progress }));
  writeFileSync(join(ROOT, "out/variants.md"), `${markdownOf(all)}\n`);
  process.stdout.write(`\n${terminalOf(all)}\n\nwritten: out/variants.md; which to take when: docs/variants.md\n`);
  const broken = all.filter(({ differences }) => differences.length > 0);
  for (const measured of broken) process.stdout.write(verdict(measured));
  return broken.length === 0 ? 0 : 1;
}

async function compare(run: Run, names: string[], options: Options): Promise<number> {
  const [a, b] = pairOf(names);
  const anew = (contract: Contract) => measure(run, contract, { bases: options.bases, onProgress: progress });
  const [from, to] = [await storedOr(anew, a, progress), await storedOr(anew, b, progress)];
  process.stdout.write(`${comparison(from, to)}\n`);
  return 0;
}

async function climb(run: Run, options: Options, tell: boolean): Promise<number> {
  const all: Measured<StageContract>[] = [];
  for (const contract of stages) {
    const measured = await measure(run, contract, { bases: options.bases, onProgress: progress });
    if (tell) print(contract, measured, options.all);
    all.push(measured);
  }
  const card = scorecardOf(all);
  writeWhole(join(ROOT, "out/scorecard.json"), card);
  process.stdout.write(`\n${terminal(card)}\n\n${written(["out/scorecard.json", ...publish()])}`);
  const broken = all.filter(({ differences }) => differences.length > 0);
  for (const measured of broken) process.stdout.write(verdict(measured));
  return broken.length === 0 ? 0 : 1;
}

async function vulnerabilities(run: Run, { bases }: Options): Promise<number> {
  requireTools(["grype"]);
  const database = await liveDatabase(run);
  const all: Found[] = [];
  for (const contract of stages) {
    progress(`${titleOf(contract)}: building ${contract.dockerfile}`);
    const { imageId } = await buildStage(run, contract, bases);
    progress(`${titleOf(contract)}: looking its packages up`);
    all.push({ stage: contract.stage, name: contract.name, ...(await knownIn(run, imageId)) });
  }
  const measuredAt = new Date().toISOString();
  writeWhole(join(ROOT, "out/vulnerabilities.json"), { schemaVersion: 1, measuredAt, database, stages: all });
  const source = `database: ${database.from}, built ${database.built}`;
  process.stdout.write(`\n${vulnerabilityTable(all)}\n\n${source}\n${barSentence(all)}\n`);
  process.stdout.write(written(["out/vulnerabilities.json"]));
  return holds(all) ? 0 : 1;
}

function print(contract: StageContract, measured: Measured<StageContract>, all: boolean): void {
  const { result, report } = measured;
  const below = stages.find((candidate) => candidate.stage === contract.stage - 1);
  const before = below === undefined ? undefined : storedResult(below);
  const parts = [
    heading(measured, `Stage ${contract.stage}`),
    all ? everyCheck(contract, report) : sixLines(contract, result, report),
    ...(below !== undefined && before !== undefined ? [changes({ contract: below, result: before }, measured)] : []),
    remaining(contract),
    verdict(measured),
  ];
  process.stdout.write(`${parts.join("\n\n")}\n`);
}

function heading({ contract, result, record }: Measured, title: string): string {
  const origins = [...new Set(record.bases.map(({ origin }) => origin))].join(", ");
  const { reference, id } = result.image;
  return [
    `\n## ${title}: ${contract.name} (${contract.adds})`,
    `image ${reference} ${id.slice(0, 19)}, bases: ${origins}, run: ${contract.run}`,
  ].join("\n\n");
}

function verdict({ contract, differences }: Measured): string {
  if (differences.length === 0) return `The contract of ${titleOf(contract)} holds.`;
  const found = differences.map(({ id, expected, got, why }) => `  ${id}: expected ${expected}, got ${got}: ${why}`);
  return [`The contract of ${titleOf(contract)} is broken:`, ...found, ""].join("\n");
}

function written(files: string[]): string {
  return `written: ${files.join(" ")}\n`;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

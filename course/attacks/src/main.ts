import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildStage, type Contract, stageOf, variantOf, variants } from "ladder";
import { ROOT } from "pipeline/bake";
import { writeWhole } from "pipeline/build";
import { command } from "pipeline/command";
import type { Run } from "pipeline/started";
import { attacks, attempt } from "./attacks.ts";
import { AttackError } from "./errors.ts";
import { expectations, nameOf, subjectOf, unexpected } from "./expectations.ts";
import { type Prediction, predictionOn } from "./prediction.ts";
import { AttackReport, type AttackResult } from "./result.ts";
import { targetOf } from "./target.ts";
import { announced, summary, told } from "./told.ts";

// make attack-N, make attack-NAME: builds the stage or variant and tries the six attacks on it, one after the other.
await command("attacks", async (run) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ask: { type: "boolean", default: false }, bases: { type: "string" } },
  });
  const [name = "", ...rest] = positionals;
  if (rest.length > 0)
    throw new AttackError("USAGE", "expected: attacks N|NAME [--ask] [--bases FILE], a stage from 1 to 4 or a variant");
  const contract = Object.hasOwn(variants, name) ? variantOf(name) : stageOf(name);
  const prediction = values.ask ? predictionOn(process.stdin, process.stdout) : undefined;
  try {
    return await attack(run, contract, values.bases, prediction);
  } finally {
    prediction?.close();
  }
});

async function attack(
  run: Run,
  contract: Contract,
  bases: string | undefined,
  prediction: Prediction | undefined,
): Promise<number> {
  const subject = subjectOf(contract);
  process.stderr.write(`${nameOf(subject)}: building ${contract.dockerfile}\n`);
  const { imageId } = await buildStage(run, contract, bases);
  const target = targetOf(contract, imageId);
  print(`Six attacks on ${nameOf(subject)} (${contract.name}), run ${target.run}, image ${imageId.slice(0, 19)}`);
  const results: AttackResult[] = [];
  for (const [index, one] of attacks.entries()) {
    print(announced(one, index, attacks.length));
    await prediction?.ask(one.id, `Will it succeed on ${nameOf(subject)}?`);
    const result = await attempt(run, one, target);
    print(told(subject, result));
    results.push(result);
  }
  const report = AttackReport.parse({
    schemaVersion: 1,
    ...(typeof subject === "number" ? { stage: subject } : {}),
    image: target.image,
    measuredAt: new Date().toISOString(),
    attacks: results.map((result) => ({ ...result, expected: expectations[result.id][subject] })),
  });
  const file = `out/${contract.image}.attacks.json`;
  writeWhole(join(ROOT, file), report);
  print(summary(subject, report));
  if (prediction !== undefined) print(`\n${prediction.score(results)}`);
  print(`written: ${file}`);
  const wrong = unexpected(subject, results);
  for (const line of wrong) print(`not as expected: ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

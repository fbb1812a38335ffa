import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildStage, type StageContract, stageOf } from "ladder";
import { ROOT } from "pipeline/bake";
import { writeWhole } from "pipeline/build";
import { command } from "pipeline/command";
import type { Run } from "pipeline/started";
import { attacks, attempt } from "./attacks.ts";
import { AttackError } from "./errors.ts";
import { unexpected } from "./expectations.ts";
import { type Prediction, predictionOn } from "./prediction.ts";
import { AttackReport, type AttackResult } from "./result.ts";
import { targetOf } from "./target.ts";
import { announced, summary, told } from "./told.ts";

// make attack-N: builds the stage and tries the six attacks on it, one after the other.
await command("attacks", async (run) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ask: { type: "boolean", default: false }, bases: { type: "string" } },
  });
  const [number, ...rest] = positionals;
  if (rest.length > 0) throw new AttackError("USAGE", "expected: attacks N [--ask] [--bases FILE], N from 1 to 4");
  const contract = stageOf(number);
  const prediction = values.ask ? predictionOn(process.stdin, process.stdout) : undefined;
  try {
    return await attack(run, contract, values.bases, prediction);
  } finally {
    prediction?.close();
  }
});

async function attack(
  run: Run,
  contract: StageContract,
  bases: string | undefined,
  prediction: Prediction | undefined,
): Promise<number> {
  process.stderr.write(`stage ${contract.stage}: building ${contract.dockerfile}\n`);
  const { imageId } = await buildStage(run, contract, bases);
  const target = targetOf(contract, imageId);
  print(`Six attacks on stage ${contract.stage} (${contract.name}), run ${target.run}, image ${imageId.slice(0, 19)}`);
  const results: AttackResult[] = [];
  for (const [index, one] of attacks.entries()) {
    print(announced(one, index, attacks.length));
    await prediction?.ask(one.id, `Will it succeed on stage ${contract.stage}?`);
    const result = await attempt(run, one, target);
    print(told(contract.stage, result));
    results.push(result);
  }
  const report = AttackReport.parse({
    schemaVersion: 1,
    stage: contract.stage,
    image: target.image,
    measuredAt: new Date().toISOString(),
    attacks: results,
  });
  const file = `out/stage-${contract.stage}.attacks.json`;
  writeWhole(join(ROOT, file), report);
  print(summary(contract.stage, report));
  if (prediction !== undefined) print(`\n${prediction.score(results)}`);
  print(`written: ${file}`);
  const wrong = unexpected(contract.stage, results);
  for (const line of wrong) print(`not as expected: ${line}`);
  return wrong.length === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

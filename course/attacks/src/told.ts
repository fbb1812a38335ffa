import type { StageNumber } from "ladder";
import type { Attack } from "./attack.ts";
import { expectations, firstStopped, newlyStopped } from "./expectations.ts";
import type { AttackReport, AttackResult, Line } from "./result.ts";

/** What is about to happen. */
export function announced({ title, story }: Attack, index: number, count: number): string {
  return `\n## ${index + 1} of ${count}: ${title}\n${story}`;
}

/** One attack as a learner reads it: the commands, what was seen, the verdict and what it hangs on. */
export function told(stage: StageNumber, { id, verdict, reason, steps, evidence, stoppedBy }: AttackResult): string {
  const { why } = expectations[id][stage];
  const asExpected = verdict === expectations[id][stage].verdict;
  return [
    ...steps.map((step) => `  $ ${step.replaceAll("\n", "\n    ")}`),
    ...evidence.map((seen) => `  seen: ${seen}`),
    `  ${verdict.toUpperCase()}${asExpected ? `: ${why}` : ""}`,
    ...(stoppedBy === null ? [] : [`  by ${place(stoppedBy)}`]),
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...(verdict === "succeeded" ? [whatStopsIt(stage, id)] : []),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function whatStopsIt(stage: StageNumber, id: AttackResult["id"]): string {
  const first = firstStopped(id);
  return first === undefined || first <= stage ? "" : `  stage ${first} is the first to stop it: make attack-${first}`;
}

/** The end: all six in one look, what this stage adds, and what to type next. */
export function summary(stage: StageNumber, { attacks }: AttackReport): string {
  const added = newlyStopped(stage);
  const titles = attacks.filter(({ id }) => added.includes(id)).map(({ title }) => title);
  const succeeded = attacks.filter(({ verdict }) => verdict === "succeeded").length;
  return [
    `\n## Stage ${stage}: ${succeeded} of ${attacks.length} attacks succeeded`,
    ...attacks.map(
      ({ title, verdict, stoppedBy }) =>
        `  ${verdict.padEnd(9)}  ${title}${stoppedBy === null ? "" : `  (${stoppedBy.file}:${stoppedBy.line})`}`,
    ),
    ...(titles.length === 0 ? [] : [`Stopped here and not one stage below: ${titles.join(", ")}.`]),
    ...(stage === 4 ? [] : [`Next: make attack-${stage + 1}`]),
  ].join("\n");
}

function place({ file, line, text }: Line): string {
  return `${file}:${line}  ${text}`;
}

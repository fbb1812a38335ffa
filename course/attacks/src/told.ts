import type { Attack } from "./attack.ts";
import { expectations, firstStopped, lostBeside, nameOf, newlyStopped, type Subject } from "./expectations.ts";
import type { AttackReport, AttackResult, Line } from "./result.ts";

/** What is about to happen. */
export function announced({ title, story }: Attack, index: number, count: number): string {
  return `\n## ${index + 1} of ${count}: ${title}\n${story}`;
}

/** One attack as a learner reads it: the commands, what was seen, the verdict and what it hangs on. */
export function told(subject: Subject, { id, verdict, reason, steps, evidence, stoppedBy }: AttackResult): string {
  const { why } = expectations[id][subject];
  const asExpected = verdict === expectations[id][subject].verdict;
  return [
    ...steps.map((step) => `  $ ${step.replaceAll("\n", "\n    ")}`),
    ...evidence.map((seen) => `  seen: ${seen}`),
    `  ${verdict.toUpperCase()}${asExpected ? `: ${why}` : ""}`,
    ...(stoppedBy === null ? [] : [`  by ${place(stoppedBy)}`]),
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...(verdict === "succeeded" ? [whatStopsIt(subject, id)] : []),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function whatStopsIt(subject: Subject, id: AttackResult["id"]): string {
  const first = firstStopped(id);
  const none = first === undefined || (typeof subject === "number" && first <= subject);
  return none ? "" : `  stage ${first} is the first to stop it: make attack-${first}`;
}

/** The end: all six in one look, what this image adds or lacks, and what to type next. */
export function summary(subject: Subject, { attacks }: AttackReport): string {
  const titlesOf = (ids: readonly string[]) => attacks.filter(({ id }) => ids.includes(id)).map(({ title }) => title);
  const stage = typeof subject === "number" ? subject : undefined;
  const added = titlesOf(stage === undefined ? [] : newlyStopped(stage));
  const lost = titlesOf(lostBeside(subject));
  const name = nameOf(subject);
  const succeeded = attacks.filter(({ verdict }) => verdict === "succeeded").length;
  return [
    `\n## ${name[0]?.toUpperCase()}${name.slice(1)}: ${succeeded} of ${attacks.length} attacks succeeded`,
    ...attacks.map(
      ({ title, verdict, stoppedBy }) =>
        `  ${verdict.padEnd(9)}  ${title}${stoppedBy === null ? "" : `  (${stoppedBy.file}:${stoppedBy.line})`}`,
    ),
    ...(added.length === 0 ? [] : [`Stopped here and not one stage below: ${added.join(", ")}.`]),
    ...(lost.length === 0 ? [] : [`Not stopped here, but on stage 4: ${lost.join(", ")}.`]),
    ...(stage === undefined || stage === 4 ? [] : [`Next: make attack-${stage + 1}`]),
  ].join("\n");
}

function place({ file, line, text }: Line): string {
  return `${file}:${line}  ${text}`;
}

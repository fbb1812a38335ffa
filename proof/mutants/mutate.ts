import type { StageNumber } from "ladder";
import type { Run } from "pipeline/started";
import { api } from "./api.ts";
import { judgeMutant, removeUnchanged, unchanged } from "./catch.ts";
import { compose } from "./compose.ts";
import { dockerfiles } from "./dockerfiles.ts";
import type { Catcher, Mutant, Verdict } from "./mutant.ts";
import { profile } from "./profile.ts";

/** Every mutant there is. */
export const mutants: readonly Mutant[] = [...dockerfiles, ...profile, ...compose, ...api];

const lanes = 3; // a build or a test each, and each waits more than it works

/** Who must notice, as one word. */
export function nameOf(caughtBy: Catcher): string {
  return "check" in caughtBy ? `${caughtBy.check} on stage ${caughtBy.stage}` : caughtBy.test;
}

/**
 * Judges mutants, three at a time, after having seen that every check that must notice passes on the unchanged image.
 * @returns a verdict each, in order
 */
export async function mutate(run: Run, chosen = mutants, tell: (line: string) => void = () => undefined) {
  const verdicts: Verdict[] = [];
  const queue = chosen.entries();
  const checksOf = (stage: StageNumber) =>
    chosen.flatMap(({ caughtBy }) => ("check" in caughtBy && caughtBy.stage === stage ? [caughtBy.check] : []));
  const passes = new Map<StageNumber, ReturnType<typeof unchanged>>();
  const before = async ({ caughtBy }: Mutant) => {
    if (!("check" in caughtBy)) return "pass";
    const { check, stage } = caughtBy;
    if (!passes.has(stage)) passes.set(stage, unchanged(run, stage, checksOf(stage)));
    return (await passes.get(stage))?.get(check);
  };
  const lane = async () => {
    for (const [index, mutant] of queue) {
      const status = await before(mutant);
      const verdict = await judgeMutant(run, mutant, index);
      if (status !== "pass") Object.assign(verdict, { noticed: false, saw: `${status} before the change already` });
      verdicts[index] = verdict;
      tell(
        `${verdict.noticed ? "caught  " : "SURVIVED"} ${mutant.file}: ${mutant.control} (${nameOf(mutant.caughtBy)})`,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    removeUnchanged();
  }
  return verdicts;
}

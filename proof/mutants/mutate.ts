import { spawnSync } from "node:child_process";
import type { Run } from "pipeline/started";
import { api } from "./api.ts";
import { judgeMutant, tagOf, unchanged } from "./catch.ts";
import { compose } from "./compose.ts";
import { dockerfiles } from "./dockerfiles.ts";
import type { Catcher, Mutant, Verdict } from "./mutant.ts";
import { profile } from "./profile.ts";

/** Every mutant there is. */
export const mutants: readonly Mutant[] = [...dockerfiles, ...profile, ...compose, ...api];

const lanes = 2; // a build or a test each: the reference machine has two cores

/** Who must notice, as one word. */
export function nameOf(caughtBy: Catcher): string {
  return "check" in caughtBy ? `${caughtBy.check} on stage ${caughtBy.stage}` : caughtBy.test;
}

/**
 * Judges mutants, two at a time, after having seen that every check that must notice passes on the unchanged image.
 * @returns a verdict each, in order
 */
export async function mutate(run: Run, chosen = mutants, tell: (line: string) => void = () => undefined) {
  const verdicts: Verdict[] = [];
  const queue = chosen.entries();
  const passes = new Map<string, Promise<string | undefined>>();
  const before = ({ caughtBy }: Mutant) => {
    const name = nameOf(caughtBy);
    if (!passes.has(name)) passes.set(name, "check" in caughtBy ? unchanged(run, caughtBy) : Promise.resolve("pass"));
    return passes.get(name);
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
    const tags = [...chosen.keys()].map((index) => tagOf(String(index)));
    spawnSync("docker", ["image", "rm", "--force", ...tags, ...[1, 2, 3, 4].map((stage) => tagOf(`base-${stage}`))]);
  }
  return verdicts;
}

import { setTimeout as delay } from "node:timers/promises";

/** What the world says: whether a step has come about, and what was seen. */
export type Look = { done: boolean; seen: string };

/** One step of the drill: what the runbook says of it, how the drill does it, and what must be seen then. */
export type Step<Scene> = {
  name: string;
  /** The heading in the runbook. */
  title: string;
  /** Which part of the story: before the finding, or after. */
  day: "yesterday" | "today";
  /** What to do and why, as the runbook has it. */
  about: string;
  /** What a person types, one a line; none where a machine does it. */
  commands: readonly string[];
  /** How long the world may take until it shows, in milliseconds: an API server learns of policies a moment later. */
  withinMs?: number;
  act(scene: Scene): Promise<void>;
  look(scene: Scene): Promise<Look>;
};

/** One step as it came out; `seconds` is from the first command until it was seen. */
export type Walked = { step: string; verdict: "as expected" | "not as expected"; seen: string; seconds: number };

/**
 * Does the steps in order and ends at the first that did not come about. What is seen before a step was done was not
 * brought about by it: that is not as expected either.
 * @param tell progress, a line each
 */
export async function walk<Scene>(
  steps: readonly Step<Scene>[],
  scene: Scene,
  tell: (line: string) => void = () => undefined,
): Promise<Walked[]> {
  const walked: Walked[] = [];
  for (const step of steps) {
    tell(`${step.name} …`);
    const one = await tried(step, scene);
    walked.push(one);
    tell(`${step.name}: ${one.verdict}, ${one.seconds.toFixed(1)} s: ${one.seen}`);
    if (one.verdict !== "as expected") break;
  }
  return walked;
}

async function tried<Scene>(step: Step<Scene>, scene: Scene): Promise<Walked> {
  const before = await step.look(scene);
  const not = { step: step.name, verdict: "not as expected" as const };
  if (before.done) return { ...not, seen: `already so before it was done: ${before.seen}`, seconds: 0 };
  const began = performance.now();
  await step.act(scene);
  let { done, seen } = await step.look(scene);
  while (!done && performance.now() - began < (step.withinMs ?? 0)) {
    await delay(100); // asked without a pause, the engines that judge are busy with nothing else
    ({ done, seen } = await step.look(scene));
  }
  const seconds = (performance.now() - began) / 1000;
  return done ? { step: step.name, verdict: "as expected", seen, seconds } : { ...not, seen, seconds };
}

/** Whether every step was walked and came about. */
export function held(steps: readonly { name: string }[], walked: readonly Walked[]): boolean {
  return walked.length === steps.length && walked.every(({ verdict }) => verdict === "as expected");
}

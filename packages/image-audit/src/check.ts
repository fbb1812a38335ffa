import type { Observation } from "./observation.ts";
import { type Outcome, unknown } from "./outcome.ts";
import type { Rung } from "./run/observation.ts";

export type Severity = "critical" | "high" | "medium" | "low" | "info";

/** `IMG-` static, `RUN-` behaviour, `SUP-` supply chain; area; number. Permanent from the first release. */
export type CheckId = `${"IMG" | "RUN" | "SUP"}-${string}-${number}`;

/** Bounds that a caller sets; a check whose bound is missing is `unknown`. */
export type Limits = { maxBytes?: number; stopMs?: number; memoryBytes?: number };

/** What a check reads. `image` stands for the configuration and the layers, which every observation has. */
export type Need = "image" | `runs.${Rung}` | `limits.${keyof Limits & string}`;

export type Check = {
  id: CheckId;
  title: string;
  severity: Severity;
  needs: readonly Need[];
  rationale: string;
  remediation: string;
  references: readonly string[];
  judge: (observation: Observation, limits: Limits) => Outcome;
};

/**
 * A check is a pure function of an observation. What it needs and is not there makes it `unknown` before `judge` runs.
 * @param definition metadata and `judge`; `judge` may rely on everything in `needs`
 */
export function defineCheck(definition: Check): Check {
  return { ...definition, judge: (o, limits) => missing(definition.needs, o, limits) ?? definition.judge(o, limits) };
}

function missing(needs: readonly Need[], observation: Observation, limits: Limits): Outcome | undefined {
  for (const need of needs) {
    const [kind, name] = need.split(".");
    if (kind === "limits" && limits[name as keyof Limits] === undefined) return unknown(`no limit "${name}" was given`);
    if (kind !== "runs") continue;
    const run = observation.runs[name as Rung];
    if (run === undefined) return unknown(`the run "${name}" was not observed`);
    if ("notTried" in run) return unknown(`the run "${name}" could not be tried: ${run.notTried}`);
  }
  return undefined;
}

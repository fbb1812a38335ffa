import type { Check } from "../check.ts";
import { skipped } from "../outcome.ts";

/** Skips a check where the image has no health check: that it is missing is the finding of IMG-HEALTH-001. */
export function whereHealthIsChecked(check: Check): Check {
  return {
    ...check,
    judge(observation, limits) {
      const kind = observation.config.healthcheck?.test[0] ?? "NONE";
      return kind === "NONE" ? skipped("the image has no health check") : check.judge(observation, limits);
    },
  };
}

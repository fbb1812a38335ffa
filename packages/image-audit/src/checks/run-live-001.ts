import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, skipped } from "../outcome.ts";

const fix = "Let liveness answer 200 as long as the app can do its work, draining included.";

export const runLive001 = defineCheck({
  id: "RUN-LIVE-001",
  title: "Liveness does not fail while the app drains",
  severity: "low",
  needs: ["runs.sigterm"],
  rationale:
    "Who fails a liveness probe is restarted or reported as broken. An app that drains does exactly what it was asked to: " +
    "only readiness has to fail.",
  remediation: fix,
  references: ["https://kubernetes.io/docs/concepts/workloads/pods/probes/"],
  judge(observation) {
    const { signal, livenessAfter, readinessAfter } = traceOf(observation, "sigterm");
    if (livenessAfter === null) return skipped("the workload names no path for liveness");
    if (readinessAfter === "200") return skipped("readiness stayed 200: the app was not seen to drain");
    if (!/^\d+$/.test(livenessAfter)) return skipped(`the app answered nothing any more: ${livenessAfter}`);
    const seen = `liveness answered ${livenessAfter} after ${signal}`;
    return /^2/.test(livenessAfter) ? pass(seen) : fail(fix, seen);
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";

const fix = "On the stop signal answer the ready path with 503, and stop listening only after a delay.";

export const runReady001 = defineCheck({
  id: "RUN-READY-001",
  title: "Readiness fails after the stop signal and before the app stops listening",
  severity: "medium",
  needs: ["runs.sigterm"],
  rationale:
    "Load balancers take an instance out because it says so or because somebody told them, and both take time. One that " +
    "stops listening at the signal refuses the clients that are still sent to it; one that stays ready is sent new ones.",
  remediation: fix,
  references: [
    "https://kubernetes.io/docs/concepts/workloads/pods/probes/",
    "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
  ],
  judge(observation) {
    const { signal, readinessAfter } = traceOf(observation, "sigterm");
    if (readinessAfter === "200") return fail(fix, `readiness still answered 200 after ${signal}`);
    if (/^\d+$/.test(readinessAfter ?? "")) return pass(`readiness answered ${readinessAfter} after ${signal}`);
    return fail(fix, `no readiness answer after ${signal}: ${readinessAfter}`);
  },
});

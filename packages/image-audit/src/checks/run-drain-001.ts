import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

const fix = "On the stop signal: fail readiness, stop listening, finish what is in flight, then exit.";

export const runDrain001 = defineCheck({
  id: "RUN-DRAIN-001",
  title: "A request in flight when the stop signal comes is answered before the app ends",
  severity: "high",
  needs: ["runs.sigterm"],
  rationale:
    "A fast exit with code 0 may still cut every client off. Only a request that was half sent before the signal and is " +
    "answered in full after it shows that a deployment loses nothing.",
  remediation: fix,
  references: [
    "https://nodejs.org/api/http.html#serverclosecallback",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
  ],
  judge(observation) {
    const { signal, inFlight, readinessAfter, exitCode, killed } = traceOf(observation, "sigterm");
    if (inFlight === null) return unknown("the workload names no request that could be held open");
    const { sentHalf, acknowledged, heldUntilRefused, answeredEarly, status, expectStatus, error } = inFlight;
    if (!sentHalf) return unknown(`half of the request could not be sent: ${error ?? `it was answered ${status}`}`);
    if (error !== null) return fail(fix, `the request in flight was cut after ${signal}: ${error}`);
    if (status !== expectStatus) {
      return fail(fix, `the request in flight was answered ${status}, expected ${expectStatus}`);
    }
    if (answeredEarly) {
      return fail(fix, `answered ${status} before the body was whole: the upload was dropped`);
    }
    if (killed)
      return fail(fix, `the request was answered ${status}, but the app had to be killed: exit code ${exitCode}`);
    const seen = acknowledged ? "had it before the signal" : "may not have seen it before the signal";
    const held = heldUntilRefused ? "held until no new connection was taken" : "new connections were still taken";
    return pass(`answered ${status} after ${signal} (the app ${seen}; ${held}); readiness then: ${readinessAfter}`);
  },
});

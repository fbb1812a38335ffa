import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";

const fix =
  "Start node in exec form, handle SIGTERM by draining and process.exit(0), and stay inside the budget: node as PID 1 " +
  "has no default action for it.";

export const runSigterm001 = defineCheck({
  id: "RUN-SIGTERM-001",
  title: "The stop signal ends the app by itself, with exit code 0, within the budget",
  severity: "high",
  needs: ["runs.sigterm", "limits.stopMs"],
  rationale:
    "Every deployment sends it. An app that does not hear it is killed after the grace period, with everything in flight; " +
    "one that dies of it at once (143 behind an init) is fast but not graceful.",
  remediation: "Let the signal reach node, and handle it.",
  references: [
    "https://docs.docker.com/reference/cli/docker/container/stop/",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
  ],
  judge(observation, { stopMs: budget = 0 }) {
    const { signal, exitCode, stopMs, killed, oomKilled } = traceOf(observation, "sigterm");
    if (oomKilled) return fail(fix, `out of memory while it stopped: exit code ${exitCode}`);
    if (killed || stopMs === null) return fail(fix, `it ignored ${signal} and was killed: exit code ${exitCode}`);
    if (exitCode === 143)
      return fail(fix, `it died of ${signal} after ${stopMs} ms without handling it: exit code 143`);
    if (exitCode !== 0) return fail(fix, `it ended after ${stopMs} ms with exit code ${exitCode}`);
    if (stopMs > budget) return fail(fix, `it took ${stopMs} ms, the budget is ${budget} ms`);
    return pass(`${signal}: exit code 0 after ${stopMs} ms`);
  },
});

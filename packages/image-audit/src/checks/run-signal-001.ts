import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

const fix = 'Start node behind an init: ENTRYPOINT ["dumb-init", "--"].';

export const runSignal001 = defineCheck({
  id: "RUN-SIGNAL-001",
  title: "A stop signal that comes while the app is starting ends it within the budget",
  severity: "medium",
  needs: ["runs.earlySignal", "limits.stopMs"],
  rationale:
    "The kernel drops a signal to PID 1 that has no handler for it yet, and node needs a moment until an app can install " +
    "one. Whoever stops the container in that moment waits for nothing and then kills an app that has begun to serve.",
  remediation: `${fix} Behind it node is an ordinary process, which the signal ends.`,
  references: [
    "https://man7.org/linux/man-pages/man7/pid_namespaces.7.html",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
  ],
  judge(observation, { stopMs: budget = 0 }) {
    const { signal, wasReady, exitCode, stopMs, killed, oomKilled } = traceOf(observation, "earlySignal");
    if (wasReady) return unknown("the app was ready before the signal could be sent");
    if (oomKilled) return fail(fix, `out of memory while it started: exit code ${exitCode}`);
    if (killed || stopMs === null) return fail(fix, `it went on after ${signal} and was killed: exit code ${exitCode}`);
    if (stopMs > budget) return fail(fix, `it took ${stopMs} ms, the budget is ${budget} ms`);
    if (exitCode === 0 || (exitCode !== null && exitCode > 128)) {
      return pass(`${signal} during the start: exit code ${exitCode} after ${stopMs} ms`);
    }
    return unknown(`it ended with exit code ${exitCode}, which a signal does not explain`);
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";

const fix = "Handle the stop signal whatever the process ID is, behind an init that passes it on.";

export const runInit001 = defineCheck({
  id: "RUN-INIT-001",
  title: "The app drains as well when the platform's init is PID 1",
  severity: "medium",
  needs: ["runs.withInit"],
  rationale:
    "With docker run --init, or in a pod with shareProcessNamespace, PID 1 belongs to the platform. A shell that as PID 1 " +
    "ignored SIGTERM dies of it there at once and takes the app along; an image whose init insists on being PID 1 does " +
    "not start.",
  remediation: fix,
  references: [
    "https://docs.docker.com/reference/cli/docker/container/run/#init",
    "https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/",
  ],
  judge(observation) {
    const { pid1, signal, inFlight, exitCode, stopMs, killed, oomKilled } = traceOf(observation, "withInit");
    const behind = `behind ${pid1[0] ?? "an unknown PID 1"}`;
    if (oomKilled) return fail(fix, `${behind} it ran out of memory: exit code ${exitCode}`);
    if (killed) return fail(fix, `${behind} it ignored ${signal} and was killed: exit code ${exitCode}`);
    if (exitCode !== 0) return fail(fix, `${behind} it ended with exit code ${exitCode} ${stopMs} ms after ${signal}`);
    if (inFlight === null) return pass(`${behind} exit code 0 after ${stopMs} ms; nothing was in flight`);
    const { status, expectStatus, error } = inFlight;
    if (error !== null || status !== expectStatus) {
      return fail(fix, `${behind} the request in flight was not answered ${expectStatus}: ${error ?? status}`);
    }
    return pass(`${behind} exit code 0 after ${stopMs} ms; the request in flight was answered ${status}`);
  },
});

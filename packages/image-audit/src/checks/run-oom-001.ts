import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

const fix = "Start node with --max-old-space-size below the memory limit, and let the container end with it.";
const killed = 137; // 128 + SIGKILL

export const runOom001 = defineCheck({
  id: "RUN-OOM-001",
  title: "A heap that grows without end is ended by V8, with a message, and the container with it",
  severity: "medium",
  needs: ["runs.memory"],
  rationale:
    "When the kernel ends it, that is a SIGKILL: no last line in the log, and an exit code that any kill gives. When V8's " +
    "own limit comes first, the log says what happened. Worse is a PID 1 that lives on without its app: nothing restarts " +
    "the container.",
  remediation: "Give node a heap limit that fits the memory limit, and start it so that the container ends with it.",
  references: [
    "https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib",
    "https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/#exceed-a-container-s-memory-limit",
  ],
  judge(observation) {
    const { limitBytes, limitedByProbe, exitCode, oomKilled, fatalError } = traceOf(observation, "memory");
    const whose = limitedByProbe ? "the probe's own limit" : "the limit";
    const limit = `${whose} of ${Math.round(limitBytes / 2 ** 20)} MiB`;
    if (exitCode === null) return fail(fix, `the container lived on after its Node had taken all of ${limit}`);
    if (oomKilled) return fail(fix, `killed by the kernel at ${limit}: exit code ${exitCode}, OOMKilled`);
    if (fatalError !== null && exitCode !== 0) return pass(`below ${limit}: exit code ${exitCode}, "${fatalError}"`);
    if (fatalError !== null) return fail(fix, `V8 ended it, and the container ended with exit code 0`);
    const how = exitCode === killed ? "somebody's SIGKILL, not for memory" : "something else";
    return unknown(`it was ended by ${how}: exit code ${exitCode}`);
  },
});

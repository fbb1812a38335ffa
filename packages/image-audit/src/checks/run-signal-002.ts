import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, skipped, unknown } from "../outcome.ts";

const fix = "On a second stop signal call process.exit with 128 plus the number of the signal.";

export const runSignal002 = defineCheck({
  id: "RUN-SIGNAL-002",
  title: "A second stop signal ends a drain at once, and not with exit code 0",
  severity: "low",
  needs: ["runs.secondSignal"],
  rationale:
    "Who sends it has stopped waiting: a second Ctrl-C, a second stop. An app that goes on draining has to be killed, and " +
    "exit code 0 would say that nothing was cut.",
  remediation: fix,
  references: ["https://docs.docker.com/reference/cli/docker/compose/up/"],
  judge(observation) {
    const { signal, held, endedByFirst, exitCode, stopMs, killed } = traceOf(observation, "secondSignal");
    if (endedByFirst) return skipped(`the first ${signal} ended it: there was no drain to end`);
    if (killed) return fail(fix, `it was still there after the second ${signal} and was killed: exit code ${exitCode}`);
    if (!held) return unknown("no request was in flight: the drain may have been over");
    const seen = `exit code ${exitCode} ${stopMs} ms after the second ${signal}, with a request in flight`;
    return exitCode === 0 ? fail(fix, seen) : pass(seen);
  },
});

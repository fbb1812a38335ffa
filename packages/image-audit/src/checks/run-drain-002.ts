import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";

const fix = "From the stop signal on answer with Connection: close, or take no new connection.";

export const runDrain002 = defineCheck({
  id: "RUN-DRAIN-002",
  title: "A connection opened after the stop signal is refused or told to close",
  severity: "medium",
  needs: ["runs.sigterm"],
  rationale:
    "A client that is kept on its connection sends its next request to an app that is about to end, and that request is " +
    "lost. Told to close, it opens the next connection somewhere else.",
  remediation: fix,
  references: ["https://www.rfc-editor.org/rfc/rfc9112#section-9.6"],
  judge(observation) {
    const { signal, newConnection } = traceOf(observation, "sigterm");
    const seen = `a connection opened after ${signal} was ${newConnection}`;
    return newConnection === "refused" || newConnection === "told to close" ? pass(seen) : fail(fix, seen);
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { skipped } from "../outcome.ts";
import { judgeSpareConnection } from "./judge-spare-connection.ts";

const fix = "Call closeIdleConnections() with close(): only Node 19 and later do it themselves.";

export const runKeepalive001 = defineCheck({
  id: "RUN-KEEPALIVE-001",
  title: "A kept-alive connection without a request is ended at the stop signal and does not hold the app back",
  severity: "medium",
  needs: ["runs.sigterm"],
  rationale:
    "Proxies keep connections for minutes. An app that waits for them is killed at the end of its grace period, with " +
    "whatever is in flight.",
  remediation: fix,
  references: [
    "https://nodejs.org/api/http.html#serverclosecallback",
    "https://nodejs.org/api/http.html#servercloseidleconnections",
  ],
  judge(observation) {
    const trace = traceOf(observation, "sigterm");
    if (trace.spare.idle === null) return skipped("the app ends every connection after one answer");
    return judgeSpareConnection(trace, "an idle kept-alive connection", trace.spare.idle, fix);
  },
});

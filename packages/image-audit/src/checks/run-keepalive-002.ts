import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { judgeSpareConnection } from "./judge-spare-connection.ts";

const fix = "Keep a list of connections, and after close() destroy those that never sent a request.";

export const runKeepalive002 = defineCheck({
  id: "RUN-KEEPALIVE-002",
  title: "A connection that never sent a request is ended at the stop signal and does not hold the app back",
  severity: "low",
  needs: ["runs.sigterm"],
  rationale:
    "Browsers and load balancers open connections ahead of time. Node's close() and closeIdleConnections() take them for " +
    "busy until headersTimeout, which is a minute by default and longer than any grace period.",
  remediation: fix,
  references: ["https://nodejs.org/api/http.html#serverheaderstimeout"],
  judge(observation) {
    const trace = traceOf(observation, "sigterm");
    return judgeSpareConnection(trace, "a connection without any request", trace.spare.silent, fix);
  },
});

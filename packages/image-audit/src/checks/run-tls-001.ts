import { defineCheck } from "../check.ts";
import { fail, pass, unknown } from "../outcome.ts";
import { judgeNodes, named } from "./run-node-processes.ts";

export const runTls001 = defineCheck({
  id: "RUN-TLS-001",
  title: "No running process of Node has NODE_TLS_REJECT_UNAUTHORIZED=0",
  severity: "critical",
  needs: ["runs.asRun"],
  rationale:
    "It switches certificate verification off for every connection of the process, and everything goes on working. It " +
    "is set for one bad afternoon, in a script or a deployment, where no look at the image finds it.",
  remediation: "Take it away and mount the authority: NODE_EXTRA_CA_CERTS.",
  references: ["https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue"],
  judge: (observation) =>
    judgeNodes(observation, (nodes) => {
      const off = nodes.filter(({ environment }) => environment?.NODE_TLS_REJECT_UNAUTHORIZED === "0");
      if (off.length > 0) {
        const found = off.map(({ pid }) => ({ pid, message: `process ${pid}: NODE_TLS_REJECT_UNAUTHORIZED=0` }));
        return fail("Take NODE_TLS_REJECT_UNAUTHORIZED away and mount the authority.", ...found);
      }
      const hidden = nodes.find(({ environment }) => environment === null);
      if (hidden !== undefined) return unknown(`the environment of process ${hidden.pid} is not readable`);
      return pass(`${named(nodes)}: NODE_TLS_REJECT_UNAUTHORIZED does not switch verification off`);
    }),
});

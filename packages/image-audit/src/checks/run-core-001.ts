import { defineCheck } from "../check.ts";
import { fail, pass } from "../outcome.ts";
import { judgeNodes, named } from "./run-node-processes.ts";

export const runCore001 = defineCheck({
  id: "RUN-CORE-001",
  title: "No process of Node can write a core dump, nor raise its limit to do so",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "A core dump is the memory of the process: keys, tokens, requests of customers. A soft limit of 0 is a default that " +
    "the process itself may raise as far as the hard limit. (A node whose kernel.core_pattern is a pipe hands dumps to " +
    "its own program whatever the limit is: that is a setting of the node.)",
  remediation:
    "Run with --ulimit core=0:0. A pod cannot set limits of its own: there the container runtime of the node must.",
  references: [
    "https://man7.org/linux/man-pages/man5/core.5.html",
    "https://docs.docker.com/reference/cli/docker/container/run/#ulimit",
  ],
  judge: (observation) =>
    judgeNodes(observation, (nodes) => {
      const open = nodes.filter(({ coreLimit: { soft, hard } }) => soft !== "0" || hard !== "0");
      if (open.length === 0) return pass(`${named(nodes)}: core limit 0, soft and hard`);
      const found = open.map(({ pid, coreLimit: { soft, hard } }) => ({
        pid,
        message: `process ${pid}: core limit soft ${soft}, hard ${hard}`,
      }));
      return fail("Run it with --ulimit core=0:0.", ...found);
    }),
});

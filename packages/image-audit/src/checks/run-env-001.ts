import { defineCheck } from "../check.ts";
import { fail, pass, unknown } from "../outcome.ts";
import { judgeNodes, named } from "./run-node-processes.ts";

export const runEnv001 = defineCheck({
  id: "RUN-ENV-001",
  title: "Every running process of Node has NODE_ENV=production",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "The image's ENV is only what a container starts with: a command line, an entrypoint script or the platform may " +
    "change it. Libraries read it in the process, and answer with stack traces when it is anything else.",
  remediation: "Write ENV NODE_ENV=production in the Dockerfile and set it nowhere else.",
  references: ["https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production"],
  judge: (observation) =>
    judgeNodes(observation, (nodes) => {
      const hidden = nodes.find(({ environment }) => environment === null);
      if (hidden !== undefined) return unknown(`the environment of process ${hidden.pid} is not readable`);
      const other = nodes.filter(({ environment }) => environment?.NODE_ENV !== "production");
      if (other.length === 0) return pass(`${named(nodes)}: NODE_ENV=production`);
      const found = other.map(({ pid, environment }) => {
        const value = environment?.NODE_ENV ?? null;
        return { pid, message: `process ${pid}: NODE_ENV is ${value === null ? "not set" : JSON.stringify(value)}` };
      });
      return fail("Write ENV NODE_ENV=production in the Dockerfile.", ...found);
    }),
});

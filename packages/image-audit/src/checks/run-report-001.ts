import { defineCheck } from "../check.ts";
import { fail, pass } from "../outcome.ts";
import { judgeSwitches, named } from "./run-node-processes.ts";

export const runReport001 = defineCheck({
  id: "RUN-REPORT-001",
  title: "A diagnostic report of Node carries no environment",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "A diagnostic report is a file for support tickets. By default it has every environment variable of the process, " +
    "and that is where tokens and passwords are.",
  remediation: "Start node with --report-exclude-env (Node 22.13, 23.3 and later).",
  references: ["https://nodejs.org/api/report.html", "https://nodejs.org/api/cli.html#--report-exclude-env"],
  judge: (observation) =>
    judgeSwitches(observation, (nodes) => {
      const carrying = nodes.filter(({ reportHasEnvironment }) => reportHasEnvironment);
      if (carrying.length === 0) return pass(`${named(nodes)}: a report has no environment`);
      const found = carrying.map(({ pid }) => ({ pid, message: `process ${pid}: a report has its environment` }));
      return fail("Start node with --report-exclude-env.", ...found);
    }),
});

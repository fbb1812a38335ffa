import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";
import { whereHealthIsChecked } from "./run-health-applies.ts";

export const runHealth001 = whereHealthIsChecked(
  defineCheck({
    id: "RUN-HEALTH-001",
    title: "The image's health check finds the working app healthy",
    severity: "medium",
    needs: ["runs.health"],
    rationale:
      "A health check that calls a shell or curl in an image without them never succeeds, and an orchestrator then " +
      "restarts a working app forever. Reading the configuration does not show it; running it does.",
    remediation: "Write HEALTHCHECK in exec form with a program that is in the image: node and a script.",
    references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
    judge(observation) {
      const { start, working, lastOutput } = traceOf(observation, "health");
      if (working === "healthy") return pass(`healthy ${start.readyMs} ms after the start`);
      const ended = start.error === null ? "" : `; ${start.error}`;
      return fail("Use exec form and a program of the image.", `the status stayed "${working}"${ended}`, lastOutput);
    },
  }),
);

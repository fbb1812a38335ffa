import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";
import { whereHealthIsChecked } from "./run-health-applies.ts";

export const runHealth002 = whereHealthIsChecked(
  defineCheck({
    id: "RUN-HEALTH-002",
    title: "The image's health check finds an app that hangs unhealthy",
    severity: "medium",
    needs: ["runs.health"],
    rationale:
      "A health check that only looks whether a process or a port is there stays green while every request hangs: the " +
      "kernel accepts connections for a frozen process, too.",
    remediation: "Let the health check send a request with a time limit and look at the answer.",
    references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
    judge(observation) {
      const { frozen, working, lastOutput } = traceOf(observation, "health");
      if (frozen === null) return unknown(`it was "${working}" while the app worked`);
      if (frozen === "unhealthy") return pass("unhealthy when every process of the app is stopped");
      return fail("Send a request with a time limit.", `"${frozen}" with every process stopped; it said ${lastOutput}`);
    },
  }),
);

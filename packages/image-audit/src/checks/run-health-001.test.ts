import { expect, test } from "vitest";
import { goodTraces, notStarted, outcomeOf, outcomeWith, told } from "../../test/traces.ts";
import { runHealth001 } from "./run-health-001.ts";

test("passes when the working app becomes healthy", () => {
  expect(told(outcomeWith(runHealth001, "health"))).toBe("pass: healthy 120 ms after the start");
});

test("fails when it does not, with the last words of the health check", () => {
  const changes = { start: notStarted, working: "unhealthy", frozen: null, lastOutput: "exit -1: sh: not found" };
  expect(told(outcomeWith(runHealth001, "health", changes))).toBe(
    'fail: the status stayed "unhealthy"; it ended with exit code 1; exit -1: sh: not found',
  );
});

test.each([null, { test: ["NONE"] }])("is skipped without a health check: %j", (healthcheck) => {
  expect(outcomeOf(runHealth001, goodTraces, { healthcheck }).status).toBe("skipped");
});

import { expect, test } from "vitest";
import { goodTraces, outcomeOf, outcomeWith, told } from "../../test/traces.ts";
import { runHealth002 } from "./run-health-002.ts";

test("passes when a frozen app becomes unhealthy", () => {
  expect(outcomeWith(runHealth002, "health").status).toBe("pass");
});

test("fails when a frozen app stays healthy", () => {
  expect(told(outcomeWith(runHealth002, "health", { frozen: "healthy", lastOutput: "exit 0: ok" }))).toBe(
    'fail: "healthy" with every process stopped; it said exit 0: ok',
  );
});

test("is unknown when it never was healthy, and skipped without a health check", () => {
  expect(outcomeWith(runHealth002, "health", { working: "starting", frozen: null }).status).toBe("unknown");
  expect(outcomeOf(runHealth002, goodTraces, { healthcheck: null }).status).toBe("skipped");
});

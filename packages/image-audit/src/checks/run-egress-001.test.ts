import { expect, test } from "vitest";
import { goodTraces, notStarted, outcomeOf, outcomeWith, told } from "../../test/traces.ts";
import { runEgress001 } from "./run-egress-001.ts";

test("passes when it answers", () => {
  expect(told(outcomeWith(runEgress001, "isolated"))).toBe(
    "pass: ready, and answers 200, with a loopback interface only",
  );
});

test("fails when it does not start, with its last words", () => {
  const start = { ...notStarted, log: "fetching\nError: ENETUNREACH\n" };
  expect(told(outcomeWith(runEgress001, "isolated", { start, worked: null }))).toBe(
    "fail: it does not start: it ended with exit code 1; Error: ENETUNREACH",
  );
});

test.each([
  [{ status: 502, error: null }, "502"],
  [{ status: null, error: "ETIMEDOUT" }, "ETIMEDOUT"],
])("fails when the request gives %j", (answer, said) => {
  expect(told(outcomeWith(runEgress001, "isolated", { worked: { ...answer, expectStatus: 200 } }))).toBe(
    `fail: the request gave ${said}, expected 200`,
  );
});

test("is unknown when it does not start with a network either", () => {
  const runs = {
    asRun: { ...goodTraces.asRun, start: notStarted },
    isolated: { start: notStarted, worked: null },
  };
  expect(told(outcomeOf(runEgress001, runs))).toMatch(/^unknown: it does not start as it is run either/);
});

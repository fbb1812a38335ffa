import { expect, test } from "vitest";
import { goodTraces, outcomeOf, told } from "../test/traces.ts";
import { runChecks } from "./run-checks.ts";

test("each ID is there once", () => {
  expect(new Set(runChecks.map(({ id }) => id)).size).toBe(runChecks.length);
});

test.each(runChecks.map((check) => [check.id, check] as const))("%s passes for a hardened app", (_, check) => {
  expect(told(outcomeOf(check, goodTraces))).toMatch(/^pass: ./);
});

test.each(runChecks.map((check) => [check.id, check] as const))(
  "%s is unknown when its rung is missing",
  (_, check) => {
    const rung = check.needs.find((need) => need.startsWith("runs."))?.slice("runs.".length);
    expect(rung).toBeDefined();
    expect(told(outcomeOf(check, {}))).toBe(`unknown: the run "${rung}" was not observed`);
    const untried = Object.fromEntries([[rung, { notTried: "no workload given" }]]);
    expect(told(outcomeOf(check, untried))).toBe(`unknown: the run "${rung}" could not be tried: no workload given`);
  },
);

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MEASURED, type Measured, PAGE, ratio, runbook } from "./runbook.ts";
import { steps } from "./steps.ts";

const measured = JSON.parse(readFileSync(MEASURED, "utf8")) as Measured;

test("the runbook is what the drill's steps and its last committed run say (make patch-drill WRITE=1)", () => {
  expect(runbook(steps, measured)).toBe(readFileSync(PAGE, "utf8"));
});

test("a run of other steps, or one that did not hold, makes no runbook", () => {
  const [first, ...others] = measured.steps;
  if (first === undefined) throw new TypeError("expected a step");
  expect(() => runbook(steps, { ...measured, steps: others })).toThrow("expected a run of these steps");
  const failed = [{ ...first, verdict: "not as expected" as const }, ...others];
  expect(() => runbook(steps, { ...measured, steps: failed })).toThrow("each as expected");
});

test("the ratio counts from the finding on", () => {
  const walked = (step: string, seconds: number) => ({ step, verdict: "as expected" as const, seen: "", seconds });
  const of = [walked("release", 100), walked("notice", 10), walked("rebuild", 30), walked("revoke", 20)];
  expect(ratio({ ...measured, steps: of })).toContain("60 s, of which build and gates 30 s (50 %)");
});

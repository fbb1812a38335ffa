import { expect, test } from "vitest";
import { report } from "./report.ts";
import type { Measured } from "./runbook.ts";
import type { Walked } from "./step.ts";

const steps = [{ name: "notice" }, { name: "rebuild" }];
const walked = (step: string, verdict: Walked["verdict"] = "as expected") => ({
  step,
  verdict,
  seen: "it",
  seconds: 5,
});
const of = (...all: Walked[]): Measured => ({
  ...{
    schemaVersion: 1,
    at: "2026-01-01T00:00:00Z",
    cores: 2,
    load: 0,
    bases: "local",
    setUpSeconds: 7,
    totalSeconds: 20,
  },
  dependency: { name: "a", affected: "1.0.0", fixed: "1.0.1" },
  steps: all,
});

test("every step as expected ends with 0, the times, and what the rebuild was of them", () => {
  const { text, code } = report(steps, of(walked("notice"), walked("rebuild")));
  expect(code).toBe(0);
  expect(text).toMatch(/│ notice +│ as expected +│ 5\.0 +│ it /);
  expect(text).toContain("10 s, of which build and gates 5 s (50 %); set-up 7 s, all of it 20 s");
});

test("a step that ended otherwise, and one that was never reached, end with 1", () => {
  const { text, code } = report(steps, of(walked("notice", "not as expected")));
  expect(code).toBe(1);
  expect(text).toContain("not held: 1 of 2 steps were walked, notice not as expected");
  expect(report(steps, of(walked("notice"), walked("rebuild", "not as expected"))).code).toBe(1);
  expect(report(steps, of()).code).toBe(1);
});

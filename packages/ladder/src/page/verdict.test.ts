import { expect, test } from "vitest";
import { stageOf } from "../stages.ts";
import type { AttackResult } from "./attacks.ts";
import { inWords } from "./panel.ts";
import { attackVerdict, verdictOf, worstOf } from "./verdict.ts";

test.each([
  ["IMG-USER-001", "fail", "taught", "fault"],
  ["IMG-USER-001", "pass", "broken", "broken: pass"],
  ["RUN-CA-001", "pass", "pass", "pass"],
  ["RUN-CA-001", "fail", "broken", "broken: fail"],
  ["RUN-CA-001", "unknown", "broken", "broken: unknown"],
  ["RUN-CA-001", "waived", "broken", "broken: waived"],
  ["RUN-CA-001", "skipped", "broken", "broken: skipped"],
  ["RUN-HEALTH-001", "skipped", "skipped", "skipped"],
  ["RUN-CA-001", undefined, "absent", "not run"],
] as const)("%s that ended %s at stage 1 is %s, in words %s", (id, status, tone, words) => {
  const verdict = verdictOf(stageOf(1), id, status);
  expect([verdict.tone, inWords(verdict)]).toEqual([tone, words]);
});

test("a fault and a broken contract give the contract's reason", () => {
  expect(verdictOf(stageOf(1), "IMG-USER-001", "fail").why).toContain("no USER line");
  expect(verdictOf(stageOf(1), "IMG-USER-001", "pass").why).toContain("expects fail");
});

test("several checks look as the worst of them; none is not a pass", () => {
  const [pass, taught] = [verdictOf(stageOf(1), "RUN-CA-001", "pass"), verdictOf(stageOf(1), "IMG-USER-001", "fail")];
  expect(worstOf([pass, taught, pass]).tone).toBe("taught");
  expect(worstOf([taught, verdictOf(stageOf(1), "RUN-CA-001", "fail")]).tone).toBe("broken");
  expect(worstOf([]).tone).toBe("absent");
});

test.each([
  ["succeeded", "succeeded", "succeeded", "succeeds"],
  ["stopped", "stopped", "pass", "stopped"],
  ["succeeded", "stopped", "broken", "succeeds: not as expected"],
  ["stopped", "succeeded", "broken", "stopped: not as expected"],
  ["not tried", "stopped", "skipped", "not tried"],
  ["stopped", undefined, "pass", "stopped"],
] as const)("an attack that %s where it must be %s is %s, in words %s", (verdict, must, tone, words) => {
  const expected = must === undefined ? {} : { expected: { verdict: must, why: "the base has no shell" } };
  const attack: AttackResult = { id: "x", title: "X", verdict, steps: [], evidence: [], stoppedBy: null, ...expected };
  const seen = attackVerdict(attack);
  expect([seen.tone, inWords(seen)]).toEqual([tone, words]);
  if (tone === "broken") expect(seen.why).toContain("the base has no shell");
});

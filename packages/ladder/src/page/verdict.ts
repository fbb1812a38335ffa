import type { CheckId, Status } from "image-audit";
import { type Contract, expectation } from "../contract.ts";
import type { AttackResult } from "./attacks.ts";

/** How a cell looks. A fault on purpose and a broken contract are both failures of a check, and never look alike. */
export type Tone = "pass" | "taught" | "skipped" | "broken" | "succeeded" | "absent" | "stale";

/** A cell: its tone, its word, what a narrow column leaves out of it, and the sentence behind it. */
export type Verdict = { tone: Tone; word: string; detail?: string; why: string };

/** How a check ended, measured by what the contract says of it. */
export function verdictOf(contract: Contract, id: string, status: Status | undefined): Verdict {
  if (status === undefined) {
    return {
      tone: "absent",
      word: "not run",
      why: "The check did not exist yet, or did not run, when this was measured.",
    };
  }
  const { expected, why } = expectation(contract, id as CheckId);
  if (status !== expected) {
    return { tone: "broken", word: "broken", detail: status, why: `The contract expects ${expected}: ${why}.` };
  }
  if (status === "pass") return { tone: "pass", word: "pass", why: "" };
  if (status === "fail") return { tone: "taught", word: "fault", why: `A fault on purpose: ${why}.` };
  return { tone: "skipped", word: status, why: `As the contract says: ${why}.` };
}

/** One verdict for several checks: that of the worst. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  const order: Tone[] = ["broken", "absent", "taught", "skipped", "pass"];
  const [worst] = verdicts.toSorted((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
  return worst ?? { tone: "absent", word: "no check", why: "" };
}

/** How an attack ended. That it succeeds low on the ladder is the lesson; where it must not, that is a broken promise. */
export function attackVerdict(attack: AttackResult): Verdict {
  const { expected, verdict } = attack;
  if (verdict !== "not tried" && expected !== undefined && expected.verdict !== verdict) {
    const word = verdict === "succeeded" ? "succeeds" : verdict;
    return { tone: "broken", word, detail: "not as expected", why: `Expected ${expected.verdict}: ${expected.why}.` };
  }
  switch (verdict) {
    case "succeeded":
      return { tone: "succeeded", word: "succeeds", why: "The attack succeeds here." };
    case "stopped":
      return { tone: "pass", word: "stopped", why: "The attack is stopped here." };
    case "not tried":
      return { tone: "skipped", word: "not tried", why: attack.reason ?? "" };
  }
}

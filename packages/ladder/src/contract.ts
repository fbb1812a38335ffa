import type { AuditReport, CheckId, Limits, Status } from "image-audit";

export type StageNumber = 1 | 2 | 3 | 4;

/** What must hold of one stage: every check passes, but for the faults the stage must still show. */
export type Contract = {
  stage: StageNumber;
  /** The stage's name in one word or two, and its Dockerfile under docker/. */
  name: string;
  dockerfile: string;
  /** What the stage adds to the one before. */
  adds: string;
  /** Conditions of every run: as anybody would start it, or under profile.json. */
  run: "plain" | "profile";
  limits: Limits;
  /** Check → why it cannot apply here. */
  skipped: { [id in CheckId]?: string };
  /** Check → why it must still fail here. A fault that disappears unannounced breaks the contract. */
  faults: { [id in CheckId]?: string };
};

/** Identity: gives a contract its type. */
export function contract(definition: Contract): Contract {
  return definition;
}

/** One check that did not end as the contract says. */
export type Difference = { id: CheckId; expected: Status; got: Status; why: string };

/**
 * Compares a report with a contract.
 * @returns every check that ended otherwise than the contract says, and every contract entry that no check answers
 */
export function differences(contract: Contract, report: AuditReport): Difference[] {
  const judged = new Map(report.results.map(({ id, outcome }) => [id, outcome]));
  const found: Difference[] = [];
  for (const id of Object.keys({ ...contract.faults, ...contract.skipped }) as CheckId[]) {
    if (!judged.has(id)) found.push({ id, ...expectation(contract, id), got: "unknown", why: "no such check ran" });
  }
  for (const [id, outcome] of judged) {
    const expected = expectation(contract, id);
    if (outcome.status === expected.expected) continue;
    const detail =
      "reason" in outcome ? outcome.reason : "evidence" in outcome ? outcome.evidence[0]?.message : undefined;
    found.push({ id, ...expected, got: outcome.status, why: detail ?? expected.why });
  }
  return found;
}

function expectation(contract: Contract, id: CheckId): { expected: Status; why: string } {
  const fault = contract.faults[id];
  if (fault !== undefined) return { expected: "fail", why: fault };
  const skip = contract.skipped[id];
  if (skip !== undefined) return { expected: "skipped", why: skip };
  return { expected: "pass", why: "nothing in the contract excuses it" };
}

import type { AuditReport, CheckId, Limits, Status } from "image-audit";

export type StageNumber = 1 | 2 | 3 | 4;

/** What must hold of one final image: every check passes, but for the faults the image must still show. */
export type Contract = {
  /** The bake target, also the tag of `hardened-node-api` and the name of its results under out/: "stage-1", "alpine". */
  image: string;
  /** The image's name in one word or two, and its Dockerfile under docker/. */
  name: string;
  dockerfile: string;
  /** What the image adds to the one before, or what it has instead. */
  adds: string;
  /** Conditions of every run: as anybody would start it, or under profile.json. */
  run: "plain" | "profile";
  limits: Limits;
  /** Check → why it cannot apply here. */
  skipped: { [id in CheckId]?: string };
  /** Check → why it must still fail here. A fault that disappears unannounced breaks the contract. */
  faults: { [id in CheckId]?: string };
};

/** The contract of one rung of the ladder. */
export type StageContract = Contract & { stage: StageNumber };

/** A stage's contract; its image is named after its number. */
export function contract(definition: Omit<StageContract, "image">): StageContract {
  return { ...definition, image: `stage-${definition.stage}` };
}

/** The engine's name of a contract's image. */
export function imageOf(contract: Contract): string {
  return `hardened-node-api:${contract.image}`;
}

/** What messages call an image: "stage 1", "alpine". */
export function titleOf(contract: Contract): string {
  return contract.image.replace("-", " ");
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

/** What a contract says of one check, and why. */
export function expectation(contract: Contract, id: CheckId): { expected: Status; why: string } {
  const fault = contract.faults[id];
  if (fault !== undefined) return { expected: "fail", why: fault };
  const skip = contract.skipped[id];
  if (skip !== undefined) return { expected: "skipped", why: skip };
  return { expected: "pass", why: "nothing in the contract excuses it" };
}

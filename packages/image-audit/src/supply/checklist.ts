import type { CheckId } from "../check.ts";
import type { Outcome } from "../outcome.ts";
import type { AuditReport } from "../report.ts";

/** One point of the production checklist, and the checks that must all pass for it. */
export type ChecklistPoint = { title: string; checks: readonly CheckId[] };

/** An image that does not pass them is not started: running is the one thing that cannot be taken back. */
const beforeRunning = ["SUP-DIGEST-001", "SUP-REPO-001", "SUP-REVOKED-001", "SUP-SIGN-001", "SUP-SIGN-002"] as const;

/** The twelve points. Every ID is of an image, run or supply-chain check. */
export const checklistPoints: readonly ChecklistPoint[] = [
  { title: "approved base", checks: ["SUP-BASE-001", "SUP-PROV-001"] },
  { title: "multi-stage: no build tools", checks: ["IMG-PKG-001", "IMG-PROGRAM-001"] },
  { title: "production install", checks: ["IMG-LINK-001", "IMG-WASTE-001", "RUN-ROFS-001"] },
  { title: "not root", checks: ["IMG-USER-001", "RUN-USER-001"] },
  { title: "NODE_ENV=production", checks: ["IMG-ENV-001", "RUN-ENV-001"] },
  { title: "no devDependencies", checks: ["IMG-DEVDEPS-001"] },
  { title: "lock file with hashes", checks: ["SUP-LOCK-001"] },
  { title: "scanned, nothing critical or high", checks: ["SUP-SBOM-001", "SUP-SCAN-001", "SUP-SCAN-002"] },
  { title: "signed", checks: beforeRunning },
  { title: "read-only, with limits", checks: ["RUN-ROFS-002", "RUN-WRITE-002", "RUN-HEAP-001", "RUN-OOM-001"] },
  { title: "health check", checks: ["IMG-HEALTH-001", "RUN-HEALTH-001", "RUN-HEALTH-002"] },
  { title: "no .env, no secrets", checks: ["IMG-SECRET-001", "IMG-SECRET-002"] },
];

export type JudgedPoint = ChecklistPoint & { passed: boolean; reasons: string[] };
export type ChecklistReport = { schemaVersion: 1; image: AuditReport["image"]; points: JudgedPoint[] };

/** The first check for which an image must not be started, and why; undefined when it may be. */
export function notToBeRun(supply: AuditReport): { id: CheckId; reason: string } | undefined {
  const outcomes = outcomesOf([supply]);
  return beforeRunning.flatMap((id) => blocking(id, outcomes.get(id)).map((reason) => ({ id, reason })))[0];
}

const outcomesOf = (reports: readonly AuditReport[]) =>
  new Map(reports.flatMap(({ results }) => results.map(({ id, outcome }) => [id, outcome] as const)));

/**
 * Holds reports of one image to the twelve points. Anything but a pass blocks: what failed, what is unknown, what was
 * skipped, and what no report mentions.
 * @param cause why something was not judged
 */
export function judgeChecklist(
  image: AuditReport["image"],
  reports: readonly AuditReport[],
  cause?: string,
): ChecklistReport {
  const outcomes = outcomesOf(reports);
  const points = checklistPoints.map((point) => {
    const reasons = point.checks.flatMap((id) => blocking(id, outcomes.get(id), cause));
    return { ...point, passed: reasons.length === 0, reasons };
  });
  return { schemaVersion: 1, image, points };
}

/** Why an outcome is no pass; none when it is one. */
function blocking(id: CheckId, outcome: Outcome | undefined, cause?: string): string[] {
  switch (outcome?.status) {
    case "pass":
      return [];
    case "fail":
      return [`${id} fail: ${outcome.evidence.map(({ message }) => message).join("; ")}`];
    case "unknown":
    case "skipped":
      return [`${id} ${outcome.status}: ${outcome.reason}`];
    case "waived":
      return [`${id} waived until ${outcome.waiver.expires}: a checklist has no waivers`];
    case undefined:
      return [`${id} unknown: ${cause ?? "not judged"}`];
  }
}

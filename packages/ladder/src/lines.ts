import type { CheckId, Status } from "image-audit";

/** The six lines that matter, and the checks behind each. */
export const lines: readonly { title: string; checks: readonly CheckId[] }[] = [
  { title: "size", checks: ["IMG-SIZE-001"] },
  { title: "UID", checks: ["IMG-USER-001", "RUN-USER-001"] },
  { title: "read-only root", checks: ["RUN-ROFS-001", "RUN-ROFS-002"] },
  { title: "signals", checks: ["RUN-SIGTERM-001", "RUN-DRAIN-001"] },
  { title: "CA certificates", checks: ["RUN-CA-001", "RUN-CA-002"] },
  { title: "health check", checks: ["IMG-HEALTH-001", "RUN-HEALTH-001", "RUN-HEALTH-002"] },
];

/** One status for several checks: the worst of them. A check that did not run is unknown. */
export function worst(statuses: readonly (Status | undefined)[]): Status {
  const order: Status[] = ["fail", "unknown", "waived", "skipped", "pass"];
  return order.find((status) => statuses.some((seen) => (seen ?? "unknown") === status)) ?? "unknown";
}

import manifest from "../../package.json" with { type: "json" };
import type { AuditReport } from "../report.ts";
import { supplyChecks } from "./checks.ts";
import type { NotObserved, SupplyObservation } from "./observation.ts";

/** What the supply-chain checks say of a registry reference, in the shape of every other report. */
export function judgeSupply(reference: string, observation: SupplyObservation | NotObserved): AuditReport {
  const observed = "notObserved" in observation ? undefined : observation;
  return {
    schemaVersion: 1,
    image: observed?.image ?? { reference, id: "sha256:" },
    observedAt: observed?.observedAt ?? new Date().toISOString(),
    tool: { name: manifest.name, version: manifest.version },
    results: supplyChecks.map(({ id, judge }) => ({ id, outcome: judge(observation) })),
  };
}

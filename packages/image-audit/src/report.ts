import manifest from "../package.json" with { type: "json" };
import type { Check, CheckId, Limits } from "./check.ts";
import { AuditError } from "./errors.ts";
import type { ImageRef } from "./image/observation.ts";
import type { Observation } from "./observation.ts";
import type { Outcome } from "./outcome.ts";

export type ToolVersion = { name: string; version: string };

/** What the checks say of one image. Results are sorted by ID, so that two reports can be compared line by line. */
export type AuditReport = {
  schemaVersion: 1;
  image: ImageRef;
  /** ISO 8601, UTC. */
  observedAt: string;
  tool: ToolVersion;
  results: { id: CheckId; outcome: Outcome }[];
};

/**
 * Judges an observation, fresh or stored; no engine is needed.
 * @param observedAt when the observation was made
 * @throws AuditError NO_CHECKS: an audit that looked at nothing must not look like one that found nothing
 */
export function judge(
  observation: Observation,
  limits: Limits,
  checks: readonly Check[],
  observedAt: Date = new Date(),
): AuditReport {
  if (checks.length === 0) {
    throw new AuditError("NO_CHECKS", "expected at least one check, got none, name one or leave the selection out");
  }
  return {
    schemaVersion: 1,
    image: observation.image,
    observedAt: observedAt.toISOString(),
    tool: { name: manifest.name, version: manifest.version },
    results: checks
      .map(({ id, judge: outcomeOf }) => ({ id, outcome: outcomeOf(observation, limits) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

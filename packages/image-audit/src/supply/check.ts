import type { Check } from "../check.ts";
import { type Outcome, unknown } from "../outcome.ts";
import type { Attestation, NotObserved, SupplyObservation } from "./observation.ts";

/** A check of what a registry holds. It reads nothing but a supply observation, and is `unknown` without one. */
export type SupplyCheck = Pick<Check, "id" | "title" | "severity" | "rationale" | "remediation" | "references"> & {
  judge: (observation: SupplyObservation | NotObserved) => Outcome;
};

/** @param definition metadata and `judge`, which may rely on a whole observation */
export function defineSupplyCheck(
  definition: Omit<SupplyCheck, "judge"> & { judge: (observation: SupplyObservation) => Outcome },
): SupplyCheck {
  const { judge } = definition;
  return { ...definition, judge: (o) => ("notObserved" in o ? unknown(o.notObserved) : judge(o)) };
}

export const TYPES = {
  sign: "https://sigstore.dev/cosign/sign/v1",
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
  provenance: "https://slsa.dev/provenance/v1",
  scan: "https://cosign.sigstore.dev/attestation/vuln/v1",
  audit: "https://in-toto.io/attestation/test-result/v0.1",
} as const;

/** Predicates of every verified statement of one type about the named digest. All of them: any may hold the bad news. */
export function predicatesOf({ subjects: [named] }: SupplyObservation, type: string): unknown[] {
  return verified(named.attestations, type);
}

export function verified(attestations: Attestation[], type: string): unknown[] {
  return attestations.flatMap((one) => (one.verified && one.predicateType === type ? [one.predicate] : []));
}

/** Why statements beside the named digest count for nothing. */
export function refusals({ subjects: [named] }: SupplyObservation): string[] {
  return named.attestations.flatMap((one) => (one.verified ? [] : [`${one.manifest}: ${one.reason}`]));
}

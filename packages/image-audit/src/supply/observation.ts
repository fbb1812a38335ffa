import type { ImageRef } from "../image/observation.ts";
import type { Digest } from "../outcome.ts";
import type { Trust } from "./trust.ts";

/** A manifest, configuration or layer: the digest it is named by, and that of its bytes; null when it is not there. */
export type Stored = { kind: "manifest" | "config" | "layer"; digest: Digest; actual: Digest | null };

/** A statement found beside an image, with what came of verifying it. Only a verified one says anything. */
export type Attestation = { manifest: Digest } & (
  | { verified: true; predicateType: string; predicate: unknown }
  | { verified: false; reason: string }
);

/** An image or index and what is attested of exactly it. `platform` is null for the one that was named. */
export type Subject = { digest: Digest; platform: string | null; attestations: Attestation[] };

/** What a registry holds under one reference. */
export type SupplyObservation = {
  schemaVersion: 1;
  image: ImageRef;
  /** With its host. */
  repository: string;
  /** ISO 8601, UTC. */
  observedAt: string;
  trust: Trust;
  contents: Stored[];
  /** The named one first, then the images of an index. */
  subjects: [Subject, ...Subject[]];
};

/** Why there is nothing to judge: no trust was given, or no registry has the image. */
export type NotObserved = { notObserved: string };

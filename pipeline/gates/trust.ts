import { z } from "zod";
import { readJson } from "./gate.ts";
import types from "./predicate-types.json" with { type: "json" };

/** Predicate type by name of its file. The sign statement is made by `cosign sign`. */
export const TYPES: Record<string, string> = types;

const exact = z.string().regex(/^https?:\/\/[\w.:/@-]+$/, "expected one name exactly, no pattern");
/** A registry's name of an image, without tag or digest. */
export const Repository = z.string().regex(/^[\w.-]+(:\d+)?(\/[a-z\d._-]+)+$/, "expected host/name, no tag, no digest");
/** `policies/trust.json`: what a verifier accepts. */
const Trust = z.strictObject({
  schemaVersion: z.literal(1),
  issuer: exact,
  identity: exact,
  origins: z.array(z.string().regex(/^(registry|local)$/, "expected registry or local")).min(1),
  maxScanAgeHours: z.number().positive(),
  repositories: z.array(Repository).min(1),
  /** Predicate types of which there must be a statement. What is there is judged, asked for or not. */
  requires: z.array(z.enum(Object.values(TYPES))).min(1),
  /** Digests that are refused although everything about them verifies. */
  revoked: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)),
});
export type Trust = z.infer<typeof Trust>;

/** @throws PipelineError CONFIGURATION for a pattern too: an address that only contains the right one would match it */
export const readTrust = (file: string): Trust => readJson(Trust, file);

/** A sentence where the digest is one that must never run again. */
export const revokedIn = ({ revoked }: Trust, subject: string): string[] =>
  revoked.filter((digest) => subject.endsWith(digest)).map((digest) => `${digest} is revoked`);

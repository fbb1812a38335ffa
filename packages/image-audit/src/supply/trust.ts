import { z } from "zod";

/** What a verifier accepts. Every string is compared whole; nothing here is a pattern. */
export const Trust = z.strictObject({
  schemaVersion: z.literal(1),
  /** Issuer of the token that the certificate was given for. */
  issuer: z.url(),
  /** The workflow, with its ref, that may sign. */
  identity: z.string().min(1),
  /** Where a base may come from: "registry", and "local" where stand-ins are accepted. */
  origins: z.array(z.string()).min(1),
  maxScanAgeHours: z.int().positive(),
  /** Repositories, with their host, that may hold the image. */
  repositories: z.array(z.string()).min(1),
  /** Predicate types that other verifiers ask for. The checks ask for each of theirs, whatever stands here. */
  requires: z.array(z.string()).default([]),
  /** Digests that are refused although everything about them verifies. */
  revoked: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).default([]),
  /** Repositories a base may come from; without it every base of an accepted origin is. */
  bases: z.array(z.string()).min(1).optional(),
});
export type Trust = z.infer<typeof Trust>;

/** Approved bases in a file of their own: what is built from, beside who may sign. */
export const Bases = z.strictObject({ schemaVersion: z.literal(1), bases: z.array(z.string()).min(1) });

import { isDeepStrictEqual } from "node:util";
import type { Fingerprint } from "./catalog.ts";

const SIZE_TOLERANCE = 0.1;

export type Difference = { field: keyof Fingerprint; expected: unknown; measured: unknown };

/**
 * Where a stand-in is not what the real image is. Every field must be equal, lists in full, because something more
 * (a tool, a CA bundle, node on PATH) lets a stage pass here that fails on the real base; the size may differ by 10 %.
 * A field nobody published (null) is in `unmeasured` and never counts as equal.
 */
export function compareFingerprint(
  expected: Fingerprint,
  measured: Fingerprint,
): { differences: Difference[]; unmeasured: (keyof Fingerprint)[] } {
  const fields = Object.keys(expected) as (keyof Fingerprint)[];
  return {
    unmeasured: fields.filter((field) => expected[field] === null),
    differences: fields
      .filter((field) => expected[field] !== null && !agrees(field, expected[field], measured[field]))
      .map((field) => ({ field, expected: expected[field], measured: measured[field] })),
  };
}

function agrees(field: keyof Fingerprint, expected: unknown, measured: unknown): boolean {
  if (field !== "sizeBytes") return isDeepStrictEqual(expected, measured);
  if (typeof expected !== "number" || typeof measured !== "number") return false;
  return Math.abs(measured - expected) <= expected * SIZE_TOLERANCE;
}

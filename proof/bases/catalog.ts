import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

/** Names of the recipes: a bake target, a tag and a folder each. First what the ladder's stages need. */
export const LADDER = ["full", "slim", "distroless"] as const;
/** Made only for whoever asks for a variant, each from stand-ins of the ladder. */
export const VARIANTS = { alpine: ["slim"], chainguard: ["slim", "distroless"] } as const;
export type Variant = keyof typeof VARIANTS;
export type Recipe = (typeof LADDER)[number] | Variant;
export const RECIPES: readonly Recipe[] = [...LADDER, ...(Object.keys(VARIANTS) as Variant[])];

export function isVariant(recipe: Recipe): recipe is Variant {
  return recipe in VARIANTS;
}

/** Stand-ins that a recipe is made from. */
export function madeFrom(recipe: Recipe): readonly Recipe[] {
  return isVariant(recipe) ? VARIANTS[recipe] : [];
}

export type User = { uid: number; gid: number; home: string; shell: string };

/**
 * What an image is, as far as a stage can notice. `null`: no public source states it; `unmeasured` has the reason.
 * Lists are complete: something more in a stand-in makes a stage easier, something less makes it harder.
 */
export type Fingerprint = {
  env: string[] | null;
  entrypoint: string[] | null;
  cmd: string[] | null;
  workingDir: string | null;
  user: string | null;
  /** Every file or link named node or nodejs in the image, links with their target. */
  nodePaths: string[] | null;
  nodeVersion: string | null;
  /** Whether the binary has its symbol table, that is, was not stripped. */
  nodeSymbols: boolean | null;
  /** Platforms whose OpenSSL headers are there. "all" is the number of platforms in Node's release archive. */
  opensslHeaders: "all" | "own" | "none" | null;
  npmVersion: string | null;
  yarnVersion: string | null;
  corepackVersion: string | null;
  release: { id: string; versionId: string; prettyName: string } | null;
  users: Record<string, User> | null;
  shells: string[] | null;
  /** Of the tools listed in measure.ts, those on PATH. */
  tools: string[] | null;
  dockerEntrypoint: { path: string; mode: string } | null | "absent";
  /** Certificate bundles by path; a bundle more lets a TLS client pass that fails in the real image. */
  caFiles: string[] | null;
  etcSslLinks: "none" | "many" | null;
  tmpMode: string | null;
  homes: Record<string, string> | null;
  /** Bytes of regular files; a stand-in may differ by 10 percent. */
  sizeBytes: number | null;
};

export type Base = {
  /** The FROM reference, "name:tag@sha256:…". */
  ref: string;
  digest: string;
  recipe: Recipe;
  /** A stand-in of another distribution: reported as that wherever its origin is. */
  lookAlike?: true;
  /** Where each figure comes from. */
  sources: { fields: (keyof Fingerprint)[]; from: string }[];
  fingerprint: Fingerprint;
  /** Reason for each field that is null. */
  unmeasured: Partial<Record<keyof Fingerprint, string>>;
  /** What a stand-in cannot copy, with the reason; for a field of the fingerprint also what the stand-in has instead. */
  cannotMatch: { what: string; reason: string; standIn?: unknown }[];
};

/** What a stand-in must be: the real fingerprint, but for the fields that it is known not to match. */
export function standInFingerprint({ fingerprint, cannotMatch }: Base): Fingerprint {
  const known = cannotMatch.filter(({ standIn }) => standIn !== undefined);
  return { ...fingerprint, ...Object.fromEntries(known.map(({ what, standIn }) => [what, standIn])) };
}

/**
 * `proof/bases.json`, read and checked: digests agree with references, every null has its reason and nothing else has.
 * @throws Error naming the base and the field: a broken catalog is a bug of this repository
 */
export function readCatalog(file = join(import.meta.dirname, "../bases.json")): Base[] {
  const { bases } = JSON.parse(readFileSync(file, "utf8")) as { schemaVersion: 1; bases: Base[] };
  for (const base of bases)
    for (const problem of problemsOf(base)) throw new Error(`bases.json: ${base.ref}: ${problem}`);
  return bases;
}

/** Contradictions in one entry of the catalog, in words. */
export function problemsOf(base: Base): string[] {
  const fields = Object.keys(base.fingerprint) as (keyof Fingerprint)[];
  const sourced = new Set(base.sources.flatMap((source) => source.fields));
  return [
    ...(base.ref.endsWith(`@${base.digest}`) && /^sha256:[0-9a-f]{64}$/.test(base.digest)
      ? []
      : ["digest and ref disagree"]),
    ...(RECIPES.includes(base.recipe) ? [] : [`no recipe ${base.recipe}`]),
    ...fields
      .filter((field) => (base.fingerprint[field] === null) !== (base.unmeasured[field] !== undefined))
      .map((field) => `${field}: null and its reason go together`),
    ...fields
      .filter((field) => base.fingerprint[field] !== null && !sourced.has(field))
      .map((field) => `${field}: no source`),
    ...base.cannotMatch
      .filter(({ what, standIn }) => standIn !== undefined && !differs(base.fingerprint, what, standIn))
      .map(({ what }) => `${what}: said not to match, but it does, or it is no field`),
  ];
}

function differs(fingerprint: Fingerprint, field: string, standIn: unknown): boolean {
  const real = (fingerprint as Record<string, unknown>)[field];
  return real !== undefined && real !== null && !isDeepStrictEqual(real, standIn);
}

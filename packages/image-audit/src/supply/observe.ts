import type { Verifier } from "@sigstore/verify";
import { z } from "zod";
import { AuditError } from "../errors.ts";
import type { Digest } from "../outcome.ts";
import { Registry } from "../registry/client.ts";
import { parseReference } from "../registry/reference.ts";
import type { Attestation, Stored, Subject, SupplyObservation } from "./observation.ts";
import type { Trust } from "./trust.ts";
import { Refused, verifierOf, verifyBundle } from "./verify.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;
const descriptor = z.object({ digest, mediaType: z.string().optional() });
const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const Manifest = z.object({ config: descriptor, layers: z.array(descriptor) });
const Index = z.object({ manifests: z.array(descriptor.extend({ platform: platform.optional() })) });

const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

export type SupplyOptions = {
  trust: Trust;
  /** Content of a Sigstore trusted_root.json. */
  trustedRoot: unknown;
  /** Aborted: the promise rejects with its reason at once. */
  signal?: AbortSignal | undefined;
  onProgress?: (line: string) => void;
};

/**
 * Reads an image and everything attested of it from its registry. Nothing is taken on a registry's word: manifests,
 * configurations and layers are hashed here, bundles verified here.
 * @param reference `host/repository:tag` or `host/repository@sha256:…`
 * @throws AuditError REFERENCE_INVALID, FILE_INVALID, IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE
 */
export async function observeSupply(reference: string, options: SupplyOptions): Promise<SupplyObservation> {
  const { trust, trustedRoot, signal, onProgress = () => undefined } = options;
  const parsed = parseReference(reference);
  const source = { registry: new Registry(parsed, { signal }), verifier: verifierOf(trustedRoot), trust };
  const root = await source.registry.manifest(parsed.digest ?? parsed.tag ?? "");
  const children = childrenOf(root.bytes);
  onProgress(`${root.digest}: ${children.length === 0 ? "an image" : `an index of ${children.length}`}`);
  const contents = await storedOf(source.registry, root.digest, new Map());
  const runnable = children.filter((child) => child.platform !== "unknown/unknown"); // else a build's own attestation
  const subjects: [Subject, ...Subject[]] = [await subjectOf(source, root.digest, null)];
  for (const child of runnable) subjects.push(await subjectOf(source, child.digest, child.platform));
  return {
    schemaVersion: 1,
    image: { reference, id: root.digest },
    repository: `${parsed.host}/${parsed.repository}`,
    observedAt: new Date().toISOString(),
    trust,
    contents: [...contents.values()],
    subjects,
  };
}

function childrenOf(bytes: Buffer): { digest: Digest; platform: string }[] {
  const index = Index.safeParse(parsedJson(bytes));
  if (!index.success) return [];
  return index.data.manifests.map((child) => {
    const { os = "unknown", architecture = "unknown", variant } = child.platform ?? {};
    return {
      digest: child.digest,
      platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join("/"),
    };
  });
}

/** The manifest and everything it names, hashed byte by byte; what is not there has no actual digest. */
async function storedOf(registry: Registry, named: Digest, found: Map<Digest, Stored>): Promise<Map<Digest, Stored>> {
  const bytes = await bytesOf(registry, named);
  found.set(named, { kind: "manifest", digest: named, actual: bytes === undefined ? null : named });
  if (bytes === undefined) return found;
  for (const child of childrenOf(bytes)) if (!found.has(child.digest)) await storedOf(registry, child.digest, found);
  const manifest = Manifest.safeParse(parsedJson(bytes));
  if (!manifest.success) return found;
  const blobs = [
    { kind: "config" as const, digest: manifest.data.config.digest },
    ...manifest.data.layers.map((layer) => ({ kind: "layer" as const, digest: layer.digest })),
  ];
  for (const { kind, digest: blob } of blobs) {
    if (found.has(blob)) continue;
    found.set(blob, { kind, digest: blob, actual: (await registry.blobDigest(blob)) ?? null });
  }
  return found;
}

/** A manifest by digest; undefined when it is gone or its bytes are others. */
async function bytesOf(registry: Registry, named: Digest): Promise<Buffer | undefined> {
  try {
    return (await registry.manifest(named)).bytes;
  } catch (error) {
    if (error instanceof AuditError && ["DIGEST_MISMATCH", "IMAGE_NOT_FOUND"].includes(error.code)) return undefined;
    throw error;
  }
}

type Source = { registry: Registry; verifier: Verifier; trust: Trust };

/**
 * Every attestation of one digest. The list is not signed, so its order says nothing and each entry is looked at; the
 * entries of a fallback tag carry no type to choose by.
 */
async function subjectOf(source: Source, of: Digest, on: string | null): Promise<Subject> {
  const listed = (await source.registry.referrers(of)) ?? (await fallback(source.registry, of));
  const entries = listed === undefined ? [] : childrenOf(listed.bytes);
  const attestations: Attestation[] = [];
  for (const entry of entries) attestations.push(await attestationOf(source, entry.digest, of));
  return { digest: of, platform: on, attestations };
}

/** https://github.com/opencontainers/distribution-spec: the referrers tag of a registry without the API. */
async function fallback(registry: Registry, of: Digest) {
  try {
    return await registry.manifest(of.replace(":", "-"));
  } catch (error) {
    if (error instanceof AuditError && error.code === "IMAGE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function attestationOf(
  { registry, verifier, trust }: Source,
  manifest: Digest,
  of: Digest,
): Promise<Attestation> {
  try {
    const { layers } = Manifest.parse(parsedJson((await registry.manifest(manifest)).bytes));
    const [layer, ...more] = layers;
    if (layer?.mediaType !== BUNDLE || more.length > 0) throw new Refused("not a Sigstore bundle");
    const { bytes } = await registry.blob(layer.digest);
    return { manifest, verified: true, ...verifyBundle(verifier, parsedJson(bytes), of, trust) };
  } catch (error) {
    const theirs = error instanceof AuditError && error.code !== "REGISTRY_UNREACHABLE";
    if (error instanceof z.ZodError) return { manifest, verified: false, reason: "not a manifest" };
    if (error instanceof Refused || theirs) return { manifest, verified: false, reason: (error as Error).message };
    throw error;
  }
}

/** Null for what is no JSON: no schema accepts it. */
function parsedJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return null;
  }
}

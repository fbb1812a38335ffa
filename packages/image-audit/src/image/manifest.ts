import { posix } from "node:path";
import { z } from "zod";
import { AuditError } from "../errors.ts";
import type { Archive } from "./archive.ts";
import { StoredConfig } from "./config.ts";

/** One image of an archive: its configuration and its layers, oldest first. */
export type SavedImage<T> = { config: StoredConfig; layers: T[] };

// https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format
const DockerManifest = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()).nullable() }));

// https://github.com/opencontainers/image-spec: an index names manifests or further indexes.
const Descriptor = z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).optional() });
const Index = z.object({ manifests: z.array(Descriptor) });
const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

type Candidate = { config: string; layers: string[] };

/**
 * The image for one architecture, in any layout that engines write: `<id>/layer.tar` with symbolic links, OCI layout
 * with manifest.json, OCI layout alone (several platforms, attestations).
 * @param architecture as in the image configuration ("amd64"); with one image only it does not matter
 * @throws AuditError ARCHIVE_INVALID
 */
export function imageOf<T>(archive: Archive<T>, architecture: string): SavedImage<T> {
  const images = candidates(archive).map((candidate) => ({
    candidate,
    config: parsed(StoredConfig, archive, candidate.config),
  }));
  const chosen = images.find(({ config }) => config.architecture === architecture) ?? images[0];
  if (chosen === undefined) throw invalid("a manifest of an image", "none");
  const layers = chosen.candidate.layers.map((path) => {
    const content = archive.layers.get(followed(archive, path));
    if (content === undefined) throw invalid(`the layer ${path} that the manifest names`, "an archive without it");
    return content;
  });
  const { diff_ids } = chosen.config.rootfs;
  if (diff_ids.length !== layers.length) {
    throw invalid(`${diff_ids.length} layers as the configuration says`, `${layers.length}`);
  }
  return { config: chosen.config, layers };
}

function candidates(archive: Archive<unknown>): Candidate[] {
  if (archive.documents.has("manifest.json")) {
    return parsed(DockerManifest, archive, "manifest.json").map(({ Config, Layers }) => ({
      config: Config,
      layers: Layers ?? [],
    }));
  }
  return fromIndex(archive, "index.json", 0);
}

function fromIndex(archive: Archive<unknown>, path: string, depth: number): Candidate[] {
  // An index is the image author's: one that names itself must not recurse for ever.
  if (depth > 3) throw invalid("indexes nested at most three deep", "more");
  return parsed(Index, archive, path).manifests.flatMap((descriptor) => {
    const blob = blobPath(descriptor.digest);
    // A platform that the engine never pulled has its descriptor but no blob.
    const isAttestation = descriptor.annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
    if (isAttestation || !archive.documents.has(blob)) return [];
    const manifest = Manifest.safeParse(json(archive, blob));
    if (!manifest.success) return fromIndex(archive, blob, depth + 1);
    const layers = manifest.data.layers.map((layer) => blobPath(layer.digest));
    return [{ config: blobPath(manifest.data.config.digest), layers }];
  });
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function followed(archive: Archive<unknown>, path: string): string {
  const target = archive.links.get(path);
  return target === undefined ? path : posix.join(posix.dirname(path), target);
}

function json(archive: Archive<unknown>, path: string): unknown {
  const text = archive.documents.get(path);
  if (text === undefined) throw invalid(`${path} in the archive`, "an archive without it");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`JSON in ${path}`, "something else", cause);
  }
}

function parsed<S extends z.ZodType>(schema: S, archive: Archive<unknown>, path: string): z.infer<S> {
  const result = schema.safeParse(json(archive, path));
  if (!result.success) throw invalid(`a valid ${path}`, z.prettifyError(result.error), result.error);
  return result.data;
}

function invalid(expected: string, got: string, cause?: unknown): AuditError {
  return new AuditError("ARCHIVE_INVALID", `expected ${expected}, got ${got}, save the image again`, { cause });
}

import { pipeline } from "node:stream/promises";
import { readArchive } from "./archive.ts";
import { imageConfig, type StoredConfig } from "./config.ts";
import { type LayerContent, layerReader } from "./layer.ts";
import { imageOf } from "./manifest.ts";
import type { ImageConfig, ImageRef, LayerIndex } from "./observation.ts";
import { findImage, type ProbeOptions } from "./save.ts";

/** The static half of an observation. */
export type ProbedImage = { image: ImageRef; config: ImageConfig; layers: LayerIndex };

/**
 * Reads an image from the engine: one `docker save`, streamed; no container, no temporary file.
 * @param reference a name the engine knows, or an image ID
 * @throws AuditError IMAGE_NOT_FOUND, ENGINE_UNREACHABLE, ARCHIVE_INVALID; the signal's reason when it is aborted
 */
export async function probeImage(reference: string, options: ProbeOptions = {}): Promise<ProbedImage> {
  const { id, architecture, save } = await findImage(reference, options);
  return probeArchive(await save(), { reference, id }, architecture, options.signal);
}

/**
 * Reads an image from its archive, wherever that came from.
 * @param architecture as in the image configuration ("amd64"); with one image only it does not matter
 * @throws AuditError ARCHIVE_INVALID; the signal's reason when it is aborted
 */
export async function probeArchive(
  saved: NodeJS.ReadableStream,
  image: ImageRef,
  architecture: string,
  signal?: AbortSignal,
): Promise<ProbedImage> {
  const archive = await readArchive(saved, readLayer, signal);
  const { config: stored, layers } = imageOf(archive, architecture);
  const config = imageConfig(stored);
  return { image, config, layers: layerIndex(stored, config, layers) };
}

async function readLayer(tar: AsyncIterable<Buffer>): Promise<LayerContent> {
  const reader = layerReader();
  await pipeline(tar, reader.tar);
  return reader.content();
}

function layerIndex({ rootfs }: StoredConfig, { history }: ImageConfig, contents: LayerContent[]): LayerIndex {
  // By position, not by digest: an image may hold the same layer twice.
  const made = history.filter(({ layer }) => layer !== null);
  const layers = rootfs.diff_ids.map((digest, index) => ({
    digest,
    instruction: made[index]?.instruction ?? "",
    ...(contents[index] ?? { files: [], sizeBytes: 0 }),
  }));
  return { layers, sizeBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0) };
}

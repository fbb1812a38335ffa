import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { readArchive } from "./archive.ts";
import { imageOf } from "./manifest.ts";
import { type EngineImage, findImage, type ProbeOptions } from "./save.ts";

const compress = promisify(gzip);
// Two blocks are compressed at a time, each as a gzip member of its own: that uses both cores, keeps memory bounded,
// and differs from one stream by less than 0.1 %. The block size is part of the figure: blocks are cut exactly.
const BLOCK_BYTES = 8_388_608;
const PARALLEL = 2;

/** Compressed size per digest of the uncompressed layer. */
const Sizes = z.record(z.string(), z.int().nonnegative());
type Sizes = z.infer<typeof Sizes>;

/**
 * Bytes of all layers compressed with gzip level 6, about what a registry stores and a node pulls. Compressed here and
 * not read from the engine, so that every engine and image store gives the same figure.
 * @param cacheDir keeps the size per layer in `compressed-bytes.json`, because compressing costs seconds
 * @throws AuditError IMAGE_NOT_FOUND, ENGINE_UNREACHABLE, ARCHIVE_INVALID; the signal's reason when it is aborted
 */
export async function compressedBytes(
  reference: string,
  cacheDir?: string,
  options: ProbeOptions = {},
): Promise<number> {
  const image = await findImage(reference, options);
  const cached = cacheDir === undefined ? {} : await readSizes(cacheDir);
  if (image.diffIds.every((digest) => cached[digest] !== undefined)) return total(image.diffIds, cached);
  const sizes = { ...cached, ...(await measure(image, cached, options.signal)) };
  if (cacheDir !== undefined) await writeSizes(cacheDir, sizes);
  return total(image.diffIds, sizes);
}

async function measure(image: EngineImage, cached: Sizes, signal?: AbortSignal): Promise<Sizes> {
  const archive = await readArchive(
    await image.save(),
    async (tar, path) => {
      // Where blobs are stored uncompressed, their name is the digest that the cache knows.
      const known = cached[path.replace(/^blobs\/sha256\//, "sha256:")];
      return known === undefined ? gzipBytes(tar) : drained(tar, known);
    },
    signal,
  );
  const { config, layers } = imageOf(archive, image.architecture);
  return Object.fromEntries(config.rootfs.diff_ids.map((digest, index) => [digest, layers[index] ?? 0]));
}

async function gzipBytes(tar: AsyncIterable<Buffer>): Promise<number> {
  const running: Promise<number>[] = [];
  let bytes = 0;
  for await (const block of blocks(tar)) {
    running.push(compress(block, { level: 6 }).then((compressed) => compressed.length));
    if (running.length >= PARALLEL) bytes += (await running.shift()) ?? 0;
  }
  return (await Promise.all(running)).reduce((sum, size) => sum + size, bytes);
}

async function* blocks(tar: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of tar) {
    for (let offset = 0; offset < chunk.length; ) {
      const copied = chunk.copy(block, filled, offset);
      offset += copied;
      filled += copied;
      if (filled < BLOCK_BYTES) continue;
      yield block;
      block = Buffer.allocUnsafe(BLOCK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

async function drained<T>(tar: AsyncIterable<Buffer>, result: T): Promise<T> {
  for await (const _ of tar);
  return result;
}

function total(digests: readonly string[], sizes: Sizes): number {
  return digests.reduce((sum, digest) => sum + (sizes[digest] ?? 0), 0);
}

async function readSizes(cacheDir: string): Promise<Sizes> {
  try {
    return Sizes.parse(JSON.parse(await readFile(join(cacheDir, "compressed-bytes.json"), "utf8")));
  } catch {
    // Missing or damaged: it is a cache, the figures are measured again.
    return {};
  }
}

async function writeSizes(cacheDir: string, sizes: Sizes): Promise<void> {
  const path = join(cacheDir, "compressed-bytes.json");
  const sorted = Object.fromEntries(Object.entries(sizes).sort(([a], [b]) => a.localeCompare(b)));
  await mkdir(cacheDir, { recursive: true });
  // Renamed into place, so that another process never reads half a file.
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(`${path}.${process.pid}`, path);
}

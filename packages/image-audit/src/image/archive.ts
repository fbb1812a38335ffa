import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract } from "tar-stream";
import { AuditError } from "../errors.ts";

/** What `docker save` wrote, by path in the archive. `links` are the symbolic links of the layout before Docker 25. */
export type Archive<T> = { documents: Map<string, string>; layers: Map<string, T>; links: Map<string, string> };

/** Reads one layer's uncompressed tar to its end. */
export type LayerConsumer<T> = (tar: AsyncIterable<Buffer>, path: string) => Promise<T>;

// Attestations (SBOM, provenance) are JSON blobs too, and large ones are of no use here.
const DOCUMENT_BYTES = 4_194_304;
const TAR_BLOCK = 512;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * Reads an image archive in one pass and without knowing its layout: blobs come before the manifest that names them, so
 * each blob's first bytes decide what it is.
 * @throws AuditError ARCHIVE_INVALID; the signal's reason when it is aborted
 */
export async function readArchive<T>(
  saved: NodeJS.ReadableStream,
  consume: LayerConsumer<T>,
  signal?: AbortSignal,
): Promise<Archive<T>> {
  const archive: Archive<T> = { documents: new Map(), layers: new Map(), links: new Map() };
  const outer = extract();
  const feeding = pipeline(saved, outer, signal === undefined ? {} : { signal });
  try {
    await Promise.all([feeding, readEntries(outer, archive, consume)]);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AuditError("ARCHIVE_INVALID", `expected a whole image archive, got: ${reasonOf(cause)}, save it again`, {
      cause,
    });
  }
  return archive;
}

type Source = AsyncIterable<Buffer> &
  NodeJS.EventEmitter & { header: { name: string; type: string; linkname: string } };

async function readEntries<T>(
  outer: ReturnType<typeof extract>,
  archive: Archive<T>,
  consume: LayerConsumer<T>,
): Promise<void> {
  for await (const source of outer as unknown as AsyncIterable<Source>) {
    // An archive that is cut off ends its open entry with an error of its own; the iteration reports the same one.
    source.on("error", () => undefined);
    const { name, type, linkname } = source.header;
    const content = source[Symbol.asyncIterator]();
    if (type === "symlink") archive.links.set(name, linkname);
    const head = await headOf(content);
    const blob = { [Symbol.asyncIterator]: () => replay(head, content) };
    const kind = type === "file" ? kindOf(head) : "other";
    if (kind === "document") await readDocument(blob, name, archive.documents);
    else if (kind === "other") await drain(blob);
    else archive.layers.set(name, await consume(uncompressed(blob, kind), name));
    await drain({ [Symbol.asyncIterator]: () => content });
  }
}

async function headOf(content: AsyncIterator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let bytes = 0; bytes < TAR_BLOCK; ) {
    const next = await content.next();
    if (next.done === true) break;
    chunks.push(next.value);
    bytes += next.value.length;
  }
  return Buffer.concat(chunks);
}

async function* replay(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}

type Kind = "tar" | "gzip" | "zstd" | "document" | "other";

function kindOf(head: Buffer): Kind {
  const block = head.subarray(0, TAR_BLOCK);
  if (block.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  // An empty layer is nothing but the end-of-archive mark: blocks of zeros.
  if (block.length === TAR_BLOCK && block.every((byte) => byte === 0)) return "tar";
  if (head.subarray(0, 2).equals(GZIP)) return "gzip";
  if (head.subarray(0, 4).equals(ZSTD)) return "zstd";
  return head[0] === 0x7b || head[0] === 0x5b ? "document" : "other";
}

function uncompressed(blob: AsyncIterable<Buffer>, kind: "tar" | "gzip" | "zstd"): AsyncIterable<Buffer> {
  if (kind === "tar") return blob;
  const inflate = kind === "gzip" ? createGunzip() : createZstdDecompress();
  const source = Readable.from(blob);
  source.once("error", (error) => inflate.destroy(error));
  return source.pipe(inflate);
}

async function readDocument(blob: AsyncIterable<Buffer>, name: string, documents: Map<string, string>): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of blob) {
    bytes += chunk.length;
    if (bytes <= DOCUMENT_BYTES) chunks.push(chunk);
  }
  if (bytes <= DOCUMENT_BYTES) documents.set(name, Buffer.concat(chunks).toString("utf8"));
}

async function drain(blob: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of blob);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Dockerode from "dockerode";
import { type Header, pack } from "tar-stream";

/** One member of a tar: its header and, for a file, its content. */
export type Member = Partial<Omit<Header, "pax">> & {
  name: string;
  pax?: Record<string, string>;
  content?: string | Buffer;
};

/** An uncompressed tar. */
export async function tarOf(...members: Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of members) tar.entry(header, content ?? "");
  tar.finalize();
  return await buffer(tar);
}

export function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** An image configuration for those uncompressed layers. */
export function configFor(layers: readonly Buffer[], config: object = {}, architecture = "amd64"): string {
  return JSON.stringify({
    architecture,
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: layers.map((_, index) => ({ created_by: `step ${index}` })),
  });
}

/** `blobs/sha256/…`, once however often it is named. */
export function blob(content: Buffer | string): Member {
  return { name: `blobs/sha256/${sha256(content)}`, content };
}

/** An OCI manifest for a configuration and its layers as stored. */
export function manifestFor(config: string, stored: readonly Buffer[]): string {
  const descriptor = (content: Buffer | string) => ({ digest: `sha256:${sha256(content)}` });
  return JSON.stringify({ config: descriptor(config), layers: stored.map(descriptor) });
}

/** An OCI index that names those documents. */
export function indexFor(...manifests: { document: string; annotations?: Record<string, string> }[]): string {
  return JSON.stringify({
    manifests: manifests.map(({ document, annotations }) => ({ digest: `sha256:${sha256(document)}`, annotations })),
  });
}

/** An engine that has one image and hands out that archive. */
export function engineWith(archive: Buffer, architecture = "amd64"): Dockerode {
  const image = {
    inspect: async () => ({ Id: `sha256:${"a".repeat(64)}`, Architecture: architecture, RootFS: { Layers: [] } }),
    // In pieces of an odd size, so that no header is met whole by luck.
    get: async () => Readable.from(pieces(archive, 1000)),
  };
  return { getImage: () => image } as unknown as Dockerode;
}

function* pieces(content: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
}

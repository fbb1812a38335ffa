import { createHash } from "node:crypto";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A Sigstore bundle as JSON, as far as attacks touch it. */
export type BundleJson = { verificationMaterial: { tlogEntries: unknown[] } };
type Descriptor = { digest: string; size: number };
type Manifest = { layers: Descriptor[]; subject: Descriptor };
type Index = { manifests: Descriptor[] };

/** The bundles stored beside an image, through the tag of a registry without the referrers API. */
export async function bundlesOf(image: string): Promise<BundleJson[]> {
  const { base, tag } = placeOf(image);
  const index = await json<Index>(`${base}/manifests/${tag}`, INDEX);
  return Promise.all(
    index.manifests.map(async ({ digest }) => {
      const { layers } = await json<Manifest>(`${base}/manifests/${digest}`, MANIFEST);
      return json<BundleJson>(`${base}/blobs/${layers[0]?.digest}`);
    }),
  );
}

/** Stores another bundle in the place of an image's only one, as whoever can push to the repository can. */
export async function replaceBundle(from: string, to: string, change: (bundle: BundleJson) => void): Promise<void> {
  const { base, tag } = placeOf(from);
  const index = await json<Index>(`${base}/manifests/${tag}`, INDEX);
  const manifest = await json<Manifest>(`${base}/manifests/${index.manifests[0]?.digest}`, MANIFEST);
  const bundle = await json<BundleJson>(`${base}/blobs/${manifest.layers[0]?.digest}`);
  change(bundle);
  const blob = Buffer.from(JSON.stringify(bundle));
  const upload = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
  const url = new URL(upload.headers.get("location") ?? "");
  url.searchParams.set("digest", digestOf(blob));
  await ok(
    fetch(url, { method: "PUT", body: new Uint8Array(blob), headers: { "content-type": "application/octet-stream" } }),
  );
  Object.assign(manifest.layers[0] ?? {}, { digest: digestOf(blob), size: blob.length });
  const digest = to.split("@")[1] ?? "";
  const size = (await (await ok(fetch(`${base}/manifests/${digest}`, { headers: { accept: MANIFEST } }))).arrayBuffer())
    .byteLength;
  Object.assign(manifest.subject, { digest, size });
  const bytes = Buffer.from(JSON.stringify(manifest));
  await put(`${base}/manifests/${digestOf(bytes)}`, bytes, MANIFEST);
  Object.assign(index.manifests[0] ?? {}, { digest: digestOf(bytes), size: bytes.length });
  await put(`${base}/manifests/${placeOf(to).tag}`, Buffer.from(JSON.stringify(index)), INDEX);
}

function placeOf(image: string): { base: string; tag: string } {
  const [, host, repository, hex] = /^([^/]+)\/(.+)@sha256:([0-9a-f]{64})$/.exec(image) ?? [];
  return { base: `http://${host}/v2/${repository}`, tag: `sha256-${hex}` };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

async function json<T>(url: string, accept = "*/*"): Promise<T> {
  return (await (await ok(fetch(url, { headers: { accept } }))).json()) as T;
}

async function put(url: string, body: Buffer, type: string): Promise<void> {
  await ok(fetch(url, { method: "PUT", body: new Uint8Array(body), headers: { "content-type": type } }));
}

async function ok(pending: Promise<Response>): Promise<Response> {
  const response = await pending;
  if (response.ok) return response;
  throw new Error(`expected the registry to answer, got ${response.status} for ${response.url}`);
}

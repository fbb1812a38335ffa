import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A Sigstore bundle as JSON, as far as attacks touch it. */
export type BundleJson = {
  verificationMaterial: { tlogEntries: LogEntry[]; timestampVerificationData: object };
  dsseEnvelope: { payload: string };
};
/** Of the transparency log. */
export type LogEntry = { inclusionProof?: unknown };
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

/**
 * Stores another bundle in the place of one of an image's, as whoever can push to the repository can.
 * @param predicateType which one; unless said, it has only one
 */
export async function replaceBundle(
  from: string,
  to: string,
  change: (bundle: BundleJson) => void,
  predicateType?: string,
): Promise<void> {
  const { base } = placeOf(from);
  const index = await indexOf(from);
  const bundles = await bundlesOf(from);
  const place = predicateType === undefined ? 0 : bundles.findIndex((one) => predicateTypeOf(one) === predicateType);
  const [entry, bundle] = [index.manifests[place], bundles[place]];
  if (entry === undefined || bundle === undefined) throw new Error(`expected a bundle beside ${from}`);
  const manifest = await json<Manifest>(`${base}/manifests/${entry.digest}`, MANIFEST);
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
  Object.assign(entry, { digest: digestOf(bytes), size: bytes.length });
  await put(`${base}/manifests/${placeOf(to).tag}`, Buffer.from(JSON.stringify(index)), INDEX);
}

/** Copies an image with all that is stored beside it into a repository of its own; its digest stays. */
export function copyRelease(image: string, repository: string): string {
  const digest = image.split("@")[1] ?? "";
  const from = image.split("@")[0] ?? "";
  const tag = digest.replace(":", "-");
  execFileSync("crane", ["copy", image, `${repository}:latest`], { stdio: "pipe" });
  execFileSync("crane", ["copy", `${from}:${tag}`, `${repository}:${tag}`], { stdio: "pipe" });
  return `${repository}@${digest}`;
}

/** Takes statements off the list beside an image: the list is not signed. @returns what puts them back */
export async function keepBundles(
  image: string,
  keeps: (predicateType: string) => boolean,
): Promise<() => Promise<void>> {
  const index = await indexOf(image);
  const bundles = await bundlesOf(image);
  const manifests = index.manifests.filter((_, place) => keeps(predicateTypeOf(bundles[place])));
  if (manifests.length === index.manifests.length) throw new Error("expected a statement to take off the list");
  await putIndex(image, { ...index, manifests });
  return () => putIndex(image, index);
}

/** Moves to the end of the list beside an image the statements that hold a text: whoever adds one leaves no order. */
export async function moveToEnd(image: string, text: string): Promise<void> {
  const index = await indexOf(image);
  const bundles = await bundlesOf(image);
  const isMoved = index.manifests.map((_, place) => statementOf(bundles[place]).includes(text));
  if (!isMoved.includes(true)) throw new Error(`expected a statement with ${text}`);
  const [stay, move] = [false, true].map((moved) => index.manifests.filter((_, place) => isMoved[place] === moved));
  await putIndex(image, { ...index, manifests: [...(stay ?? []), ...(move ?? [])] });
}

/** Puts one image's statement of a type on the list beside another, in the same registry. */
export async function addBundle(from: string, to: string, predicateType: string): Promise<void> {
  const place = (await bundlesOf(from)).findIndex((bundle) => predicateTypeOf(bundle) === predicateType);
  const entry = (await indexOf(from)).manifests[place];
  if (entry === undefined) throw new Error(`expected ${predicateType} beside ${from}`);
  const target = `${to.split("@")[0]}:added`;
  execFileSync("crane", ["copy", `${from.split("@")[0]}@${entry.digest}`, target], { stdio: "pipe" });
  const index = await indexOf(to);
  await putIndex(to, { ...index, manifests: [...index.manifests, entry] });
}

/** Stores an image's statement of a type again as a manifest without cosign's label, and puts that in its place. */
export async function unlabel(image: string, predicateType: string): Promise<void> {
  const { base } = placeOf(image);
  const index = await indexOf(image);
  const entry = index.manifests[(await bundlesOf(image)).findIndex((one) => predicateTypeOf(one) === predicateType)];
  if (entry === undefined) throw new Error(`expected ${predicateType} beside ${image}`);
  const manifest = await json<Manifest>(`${base}/manifests/${entry.digest}`, MANIFEST);
  const bytes = Buffer.from(JSON.stringify({ ...manifest, annotations: {} }));
  await put(`${base}/manifests/${digestOf(bytes)}`, bytes, MANIFEST);
  Object.assign(entry, { digest: digestOf(bytes), size: bytes.length });
  await putIndex(image, index);
}

function predicateTypeOf(bundle: BundleJson | undefined): string {
  return (JSON.parse(statementOf(bundle)) as { predicateType: string }).predicateType;
}

function statementOf(bundle: BundleJson | undefined): string {
  return Buffer.from(bundle?.dsseEnvelope.payload ?? "", "base64").toString();
}

function indexOf(image: string): Promise<Index> {
  const { base, tag } = placeOf(image);
  return json<Index>(`${base}/manifests/${tag}`, INDEX);
}

function putIndex(image: string, index: Index): Promise<void> {
  const { base, tag } = placeOf(image);
  return put(`${base}/manifests/${tag}`, Buffer.from(JSON.stringify(index)), INDEX);
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

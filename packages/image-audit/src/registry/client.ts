import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { AuditError } from "../errors.ts";
import type { Digest } from "../outcome.ts";
import { credentialsOf } from "./credentials.ts";
import type { RegistryReference } from "./reference.ts";

/** A manifest or blob as the registry sent it. `digest` is counted here, never what a header says. */
export type Content = { digest: Digest; mediaType: string; bytes: Buffer };

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Bytes that one manifest or attestation may have: a hostile registry must not fill the memory. */
const MAX_BYTES = 64 * 2 ** 20;
const TIMEOUT_MS = 30_000;

/** Reads one repository over the OCI distribution API. https://github.com/opencontainers/distribution-spec */
export class Registry {
  readonly #base: string;
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  #authorization: string | undefined;

  /**
   * @param timeoutMs of one answer, its bytes included
   * @param signal ends whatever is asked, with its reason
   */
  constructor(
    { host, repository }: Pick<RegistryReference, "host" | "repository">,
    { timeoutMs = TIMEOUT_MS, signal }: { timeoutMs?: number; signal?: AbortSignal | undefined } = {},
  ) {
    // As every client does: a registry on loopback speaks plain HTTP.
    const scheme = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host) ? "http" : "https";
    this.#host = host;
    this.#base = `${scheme}://${host === "docker.io" ? "registry-1.docker.io" : host}/v2/${repository}`;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  /**
   * The manifest or index under a tag or digest.
   * @throws AuditError IMAGE_NOT_FOUND; REGISTRY_DENIED; REGISTRY_UNREACHABLE; DIGEST_MISMATCH when a digest was asked
   * for and other bytes came
   */
  async manifest(reference: string): Promise<Content> {
    return await this.#content("manifests", reference, manifestTypes.join(", "));
  }

  /** A blob, whole. Throws as `manifest` does. */
  async blob(digest: string): Promise<Content> {
    return await this.#content("blobs", digest, "*/*");
  }

  /**
   * The digest of a blob's bytes as they are now, without keeping them.
   * @returns undefined when the registry does not have it
   */
  async blobDigest(digest: string): Promise<Digest | undefined> {
    const response = await this.#get(`blobs/${digest}`, "*/*");
    if (response.status === 404) return undefined;
    this.#expectOk(response, digest);
    const hash = createHash("sha256");
    for await (const part of this.#parts(response)) hash.update(part);
    return `sha256:${hash.digest("hex")}`;
  }

  /** The answer of the referrers API; undefined from a registry that has none. */
  async referrers(digest: Digest): Promise<Content | undefined> {
    const response = await this.#get(`referrers/${digest}`, manifestTypes[0] ?? "");
    if (response.status === 404 || response.status === 405 || response.status === 501) return undefined;
    this.#expectOk(response, `referrers of ${digest}`);
    return await this.#contentOf(response);
  }

  /** A blob of any size into a file, which is whole when this returns. Throws as `manifest` does. */
  async saveBlob(digest: Digest, file: string): Promise<void> {
    const response = await this.#get(`blobs/${digest}`, "*/*");
    this.#expectOk(response, digest);
    const hash = createHash("sha256");
    const parts = this.#parts(response);
    const hashed = async function* () {
      for await (const part of parts) {
        hash.update(part);
        yield part;
      }
    };
    await pipeline(hashed, createWriteStream(file));
    this.#expectDigest(digest, `sha256:${hash.digest("hex")}`);
  }

  async #content(kind: string, reference: string, accept: string): Promise<Content> {
    const response = await this.#get(`${kind}/${reference}`, accept);
    this.#expectOk(response, reference);
    const content = await this.#contentOf(response);
    if (reference.startsWith("sha256:")) this.#expectDigest(reference, content.digest);
    return content;
  }

  #expectDigest(named: string, actual: Digest): void {
    if (actual === named) return;
    const message = `${this.#host}: expected the bytes of ${named}, got ${actual}; do not use this image`;
    throw new AuditError("DIGEST_MISMATCH", message);
  }

  async #contentOf(response: Response): Promise<Content> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of this.#parts(response)) {
      length += part.length;
      if (length > MAX_BYTES)
        throw new AuditError("REGISTRY_UNREACHABLE", `${response.url}: more than ${MAX_BYTES} bytes`);
      parts.push(part);
    }
    const bytes = Buffer.concat(parts);
    const digest: Digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return { digest, mediaType: response.headers.get("content-type") ?? "", bytes };
  }

  /** The body as it comes; an answer that breaks off is as good as none. */
  async *#parts(response: Response): AsyncGenerator<Uint8Array> {
    try {
      if (response.body !== null) yield* response.body;
    } catch (cause) {
      throw this.#noAnswer(cause);
    }
  }

  async #get(path: string, accept: string): Promise<Response> {
    const first = await this.#fetch(`${this.#base}/${path}`, { accept, ...this.#authorized() });
    const challenge = first.headers.get("www-authenticate") ?? "";
    if (first.status !== 401 || this.#authorization !== undefined || challenge === "") return first;
    await first.body?.cancel();
    this.#authorization = await this.#answer(challenge);
    return await this.#fetch(`${this.#base}/${path}`, { accept, ...this.#authorized() });
  }

  #authorized(): Record<string, string> {
    return this.#authorization === undefined ? {} : { authorization: this.#authorization };
  }

  /** Basic as it is, Bearer by asking the token server named. https://distribution.github.io/distribution/spec/auth/token/ */
  async #answer(challenge: string): Promise<string> {
    const stored = credentialsOf(this.#host);
    const basic = stored === undefined ? undefined : `Basic ${stored}`;
    const [, realm] = /^Bearer .*?realm="([^"]+)"/i.exec(challenge) ?? [];
    if (realm === undefined) return basic ?? "";
    const url = new URL(realm);
    for (const name of ["service", "scope"]) {
      const value = new RegExp(`${name}="([^"]+)"`).exec(challenge)?.[1];
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const headers: Record<string, string> = basic === undefined ? {} : { authorization: basic };
    const response = await this.#fetch(url.href, headers);
    if (!response.ok) return "";
    const body = (await response.json().catch(() => ({}))) as { token?: string; access_token?: string };
    return `Bearer ${body.token ?? body.access_token ?? ""}`;
  }

  async #fetch(url: string, headers: Record<string, string>): Promise<Response> {
    try {
      const signals = [AbortSignal.timeout(this.#timeoutMs), ...(this.#signal === undefined ? [] : [this.#signal])];
      return await fetch(url, { headers, signal: AbortSignal.any(signals) });
    } catch (cause) {
      throw this.#noAnswer(cause);
    }
  }

  #noAnswer(cause: unknown): AuditError {
    this.#signal?.throwIfAborted();
    const why = cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : "";
    return new AuditError("REGISTRY_UNREACHABLE", `expected an answer of ${this.#host}, got none (${why})`, { cause });
  }

  #expectOk(response: Response, what: string): void {
    if (response.ok) return;
    const code = { 401: "REGISTRY_DENIED", 403: "REGISTRY_DENIED", 404: "IMAGE_NOT_FOUND" } as const;
    const known = code[response.status as keyof typeof code];
    const advice = known === "IMAGE_NOT_FOUND" ? "check the name" : "docker login, then repeat";
    const message = `${this.#base} answered ${response.status} to ${what}; ${advice}`;
    throw new AuditError(known ?? "REGISTRY_UNREACHABLE", message);
  }
}

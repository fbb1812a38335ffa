import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import { trust as anyTrust } from "../../test/supply.ts";
import type { Digest } from "../outcome.ts";
import { supplyChecks } from "./checks.ts";
import { observeSupply } from "./observe.ts";

// A registry in memory that holds a recorded image with its recorded bundles, and does as it is told.
type Recorded = {
  subject: Digest;
  identity: string;
  issuer: string;
  trustedRoot: object;
  manifest: string;
  blobs: string[];
  bundles: Record<string, object>;
};
const recorded = JSON.parse(readFileSync(new URL("../../test/keyless.json", import.meta.url), "utf8")) as Recorded;
const trust = { ...anyTrust, identity: recorded.identity, issuer: recorded.issuer };
const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

const stored = new Map<string, Buffer | string>();
let hasReferrersApi = false;
const server: Server = createServer((request, response) => {
  const { url = "" } = request;
  const isApi = url.includes("/referrers/");
  const name = url.split("/").at(-1) ?? "";
  const body = isApi ? (hasReferrersApi ? stored.get(`referrers of ${name}`) : undefined) : stored.get(name);
  if (body === undefined) response.writeHead(404).end();
  else response.end(body);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const repository = `127.0.0.1:${(server.address() as AddressInfo).port}/app`;
afterAll(() => server.close());

const sha = (text: Buffer | string): Digest => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const put = (text: Buffer | string): Digest => {
  stored.set(sha(text), text);
  return sha(text);
};
const descriptor = (digest: Digest, more: object = {}) => ({ digest, size: 1, ...more });
const indexOf = (...manifests: object[]) => JSON.stringify({ schemaVersion: 2, manifests });

/** Stores a bundle as cosign does and returns its entry in the list of referrers. */
function attach(bundle: unknown, mediaType = BUNDLE): object {
  const layer = put(JSON.stringify(bundle));
  const manifest = { config: descriptor(put("{}")), layers: [descriptor(layer, { mediaType })] };
  return descriptor(put(JSON.stringify(manifest)), { artifactType: "application/vnd.oci.empty.v1+json" });
}

/** What is listed beside the image, by fallback tag and by the API alike. */
function refer(of: Digest, ...entries: object[]): void {
  stored.set(of.replace(":", "-"), indexOf(...entries));
  stored.set(`referrers of ${of}`, indexOf(...entries));
}

beforeEach(() => {
  stored.clear();
  hasReferrersApi = false;
  put(recorded.manifest);
  for (const blob of recorded.blobs) put(Buffer.from(blob, "base64"));
  stored.set("1", recorded.manifest);
  refer(recorded.subject, attach(recorded.bundles["sign"]), attach(recorded.bundles["sbom"]));
});

async function statusOf(id: string, reference = `${repository}@${recorded.subject}`): Promise<string> {
  const observation = await observeSupply(reference, { trust, trustedRoot: recorded.trustedRoot });
  const outcome = supplyChecks.find((check) => check.id === id)?.judge(observation);
  const evidence = outcome?.status === "fail" ? outcome.evidence.map(({ message }) => message).join("; ") : "";
  return `${outcome?.status} ${evidence}`.trim();
}

test.each([false, true])("signed and whole, by digest and by tag; referrers API: %s", async (api) => {
  hasReferrersApi = api;
  expect(await statusOf("SUP-SIGN-001")).toBe("pass");
  expect(await statusOf("SUP-SIGN-001", `${repository}:1`)).toBe("pass");
  expect(await statusOf("SUP-DIGEST-001")).toBe("pass");
  expect(await statusOf("SUP-SIGN-002")).toBe("pass");
});

test("an SBOM by the same workflow is no signature", async () => {
  refer(recorded.subject, attach(recorded.bundles["sbom"]));
  expect(await statusOf("SUP-SIGN-001")).toBe("fail no signature at all");
});

test("unsigned, and signed by another workflow", async () => {
  stored.delete(recorded.subject.replace(":", "-"));
  expect(await statusOf("SUP-SIGN-001")).toBe("fail no signature at all");
  refer(recorded.subject, attach(recorded.bundles["otherWorkflow"]));
  expect(await statusOf("SUP-SIGN-001")).toContain("main-evil, expected");
});

test("a signature copied to another image", async () => {
  const other = put(recorded.manifest.replace('"schemaVersion":2', '"schemaVersion": 2'));
  refer(other, attach(recorded.bundles["sign"]));
  expect(await statusOf("SUP-SIGN-001", `${repository}@${other}`)).toContain(`expected ${other} alone`);
});

test("a child is signed and the index is not", async () => {
  const platform = { os: "linux", architecture: "amd64" };
  const index = put(indexOf(descriptor(recorded.subject, { platform })));
  expect(await statusOf("SUP-SIGN-001", `${repository}@${index}`)).toBe("fail no signature at all");
  expect(await statusOf("SUP-SIGN-002", `${repository}@${index}`)).toBe("pass");
  const unsigned = put(recorded.manifest.replace('"schemaVersion":2', '"schemaVersion":  2'));
  const both = put(indexOf(descriptor(recorded.subject, { platform }), descriptor(unsigned, { platform })));
  expect(await statusOf("SUP-SIGN-002", `${repository}@${both}`)).toContain(`linux/amd64 is not signed: ${unsigned}`);
});

test("one byte of a layer changed, a layer gone, a stored manifest changed", async () => {
  const layer = sha(Buffer.from(recorded.blobs[1] ?? "", "base64"));
  const bytes = Buffer.from(recorded.blobs[1] ?? "", "base64");
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  stored.set(layer, bytes);
  expect(await statusOf("SUP-DIGEST-001")).toContain("layer has the bytes of");
  expect(await statusOf("SUP-SIGN-001"), "which no signature shows").toBe("pass");
  stored.delete(layer);
  expect(await statusOf("SUP-DIGEST-001")).toContain("is not there");
  stored.set(recorded.subject, `${recorded.manifest} `);
  await expect(statusOf("SUP-SIGN-001")).rejects.toMatchObject({ code: "DIGEST_MISMATCH" });
});

test("what lies beside the signature does not take it away: other files, changed blobs, entries that lead nowhere", async () => {
  const changed = attach({ ...recorded.bundles["sbom"], dsseEnvelope: undefined });
  const gone = descriptor(sha("nothing is stored under this"));
  const foreign = attach({ any: "thing" }, "application/octet-stream");
  const text = descriptor(put("no manifest"));
  refer(recorded.subject, changed, gone, foreign, text, attach(recorded.bundles["sign"]));
  const observation = await observeSupply(`${repository}:1`, { trust, trustedRoot: recorded.trustedRoot });
  const [{ attestations }] = observation.subjects;
  expect(attestations.map((one) => (one.verified ? "verified" : one.reason))).toEqual([
    expect.stringContaining("not verified"),
    expect.stringContaining("answered 404"),
    "not a Sigstore bundle",
    "not a manifest",
    "verified",
  ]);
  expect(await statusOf("SUP-SIGN-001")).toBe("pass");
});

test("no such image: the user's mistake", async () => {
  await expect(statusOf("SUP-SIGN-001", `${repository}:gone`)).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    exitCode: 2,
  });
});

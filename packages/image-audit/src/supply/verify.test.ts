import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { trust as anyTrust } from "../../test/supply.ts";
import type { Digest } from "../outcome.ts";
import { verifierOf, verifyBundle } from "./verify.ts";

// Recorded once from a Sigstore of its own: certificates with SCTs, log entries, timestamps; nothing in it ages.
type Json = Record<string, unknown>;
type Recorded = { subject: Digest; identity: string; issuer: string; trustedRoot: Json; bundles: Record<string, Json> };
const recorded = JSON.parse(readFileSync(new URL("../../test/keyless.json", import.meta.url), "utf8")) as Recorded;
const { subject, identity, issuer, trustedRoot } = recorded;
const trust = { ...anyTrust, identity, issuer };
const bundle = (name: string) => structuredClone(recorded.bundles[name] as Json & { verificationMaterial: Json });

function reasonOf(json: unknown, over: Partial<typeof trust> = {}, root: Json = trustedRoot, of = subject): string {
  try {
    return `accepted: ${verifyBundle(verifierOf(root), json, of, { ...trust, ...over }).predicateType}`;
  } catch (error) {
    return (error as Error).message;
  }
}

test("a signature and an SBOM of the trusted workflow are accepted, each as what it is", () => {
  expect(reasonOf(bundle("sign"))).toBe("accepted: https://sigstore.dev/cosign/sign/v1");
  expect(reasonOf(bundle("sbom"))).toBe("accepted: https://spdx.dev/Document");
});

test("main-evil is not main: the identity is compared whole", () => {
  expect(reasonOf(bundle("otherWorkflow"))).toContain("main-evil, expected");
  expect(reasonOf(bundle("otherWorkflow"), { identity: `${identity}-evil` })).toContain("accepted");
});

test.each([
  ["a beginning of the identity", { identity: identity.slice(0, -1) }],
  ["a pattern that would match it", { identity: ".*" }],
  ["nothing", { identity: "" }],
])("%s is another identity", (_, over) => {
  expect(reasonOf(bundle("sign"), over)).toContain("signed by");
});

test("another issuer, another image", () => {
  expect(reasonOf(bundle("sign"), { issuer: "https://token.actions.githubusercontent.com" })).toContain(
    "vouched for by",
  );
  expect(reasonOf(bundle("sign"), {}, trustedRoot, `sha256:${"0".repeat(64)}`)).toContain("about sha256:84098");
});

/** The same bundle with one part of its proof taken away. */
function without(part: "tlogEntries" | "timestampVerificationData"): Json {
  const json = bundle("sign");
  return { ...json, verificationMaterial: { ...json.verificationMaterial, [part]: part === "tlogEntries" ? [] : {} } };
}

function edited(change: (envelope: { payload: string; signatures: { sig: string }[] }) => void): Json {
  const json = bundle("sign") as unknown as Json & { dsseEnvelope: { payload: string; signatures: { sig: string }[] } };
  change(json.dsseEnvelope);
  return json;
}

const otherSubject = (text: string) =>
  Buffer.from(Buffer.from(text, "base64").toString().replace("84098", "00000")).toString("base64");

test.each([
  ["no log entry", without("tlogEntries")],
  ["no signed time", without("timestampVerificationData")],
  [
    "an edited statement",
    edited((envelope) => {
      envelope.payload = otherSubject(envelope.payload);
    }),
  ],
  [
    "no signature",
    edited((envelope) => {
      envelope.signatures = [];
    }),
  ],
  ["no bundle", { anything: "else" }],
  ["null", null],
])("%s is not verified", (_, json) => {
  expect(reasonOf(json)).toMatch(/^not verified: /);
});

test.each(["ctlogs", "tlogs", "timestampAuthorities"])("without %s in the trusted root nothing is", (part) => {
  expect(reasonOf(bundle("sign"), {}, { ...trustedRoot, [part]: [] })).toMatch(/^not verified: /);
});

test("what is no trusted root is the user's mistake, in one sentence", () => {
  expect(() => verifierOf("text")).toThrow(expect.objectContaining({ code: "FILE_INVALID", exitCode: 2 }) as Error);
  expect(() => verifierOf({ ...trustedRoot, certificateAuthorities: [] }, "root.json")).toThrow(
    "expected a Sigstore trusted root in root.json, got: no certificate authority in it",
  );
});

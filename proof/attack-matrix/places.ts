import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { type SignedEntity, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { AuditError, observeSupply, Trust } from "image-audit";
import { cosign, verifyStatement } from "../sigstore/cosign.ts";
import { imageChecks, supplyChecks, trustOf, verifyGate } from "./content-places.ts";
import { kyverno } from "./kyverno-place.ts";
import type { Place, Question, Scene } from "./row.ts";
import { bundlesOf } from "./stored-bundle.ts";

/** cosign in its strict form, each statement asked for by type. */
const cosignPlace: Place = {
  name: "cosign",
  asks: async (question) => {
    if (question.mirror !== undefined) return fromMirror(question.mirror);
    for (const type of question.needs) {
      const { status, output } =
        question.key === undefined
          ? verifyStatement(question.image, question.accepted, type, question.weaker)
          : byKey(question, question.key, type);
      if (status !== 0) return lastLine(output);
    }
    return undefined;
  },
};

/** The same for whoever trusts a key: no identity is compared. */
function byKey({ image, accepted }: Question, key: string, type: string) {
  const args = ["verify-attestation", `--type=${type}`, `--trusted-root=${accepted.trustedRoot}`, `--key=${key}`];
  return cosign([...args, image]);
}

/** A client without any trust root that must fetch it first. */
function fromMirror(mirror: string): string | undefined {
  const TUF_ROOT = mkdtempSync(join(tmpdir(), "no-root-"));
  const { status, output } = cosign(["initialize", `--mirror=${mirror}`], { TUF_ROOT });
  rmSync(TUF_ROOT, { recursive: true });
  return status === 0 ? undefined : lastLine(output);
}

/** The independent verifier: sigstore-js with exact comparison of signer and subject. */
const imageAudit: Place = {
  name: "image-audit",
  asks: async (question) => {
    const { image, accepted, needs, layers = true } = question;
    const trust = Trust.parse(trustOf(question));
    const trustedRoot: unknown = JSON.parse(readFileSync(accepted.trustedRoot, "utf8"));
    try {
      const { subjects, contents } = await observeSupply(image, { trust, trustedRoot });
      const [{ attestations }] = subjects;
      const verified = attestations.flatMap((each) => (each.verified ? [each.predicateType] : []));
      const missing = needs.filter((type) => !verified.includes(type));
      const reasons = attestations.flatMap((each) => (each.verified ? [] : [each.reason]));
      if (missing.length > 0) return reasons.join("; ") || `no statement ${missing.join(", ")}`;
      const other = layers ? contents.find(({ digest, actual }) => digest !== actual) : undefined;
      return other === undefined ? undefined : `${other.kind} ${other.digest} has the digest ${other.actual}`;
    } catch (error) {
      if (error instanceof AuditError) return error.message;
      throw error;
    }
  },
};

/** sigstore-js itself, whose thresholds can be lowered; the subject, which it leaves to its caller, is compared here. */
const sigstoreJs: Place = {
  name: "sigstore-js",
  asks: async ({ image, accepted, thresholds, signedAt, subject = true }) => {
    const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(accepted.trustedRoot, "utf8")));
    const options = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1, ...thresholds };
    const verifier = new Verifier(toTrustMaterial(root), options);
    try {
      for (const json of await bundlesOf(image)) {
        const bundle = bundleFromJSON(json);
        const entity = toSignedEntity(bundle);
        verifier.verify(signedAt === undefined ? entity : { ...entity, timestamps: [toldTime(entity, signedAt)] });
        const payload = bundle.content.$case === "dsseEnvelope" ? bundle.content.dsseEnvelope.payload.toString() : "";
        const hex = image.split("sha256:")[1] ?? "";
        if (subject && !payload.includes(hex)) return `the statement is not about ${hex}`;
      }
      return undefined;
    } catch (error) {
      if (error instanceof VerificationError) return `${error.code}: ${error.message}`;
      throw error;
    }
  },
};

/** A time as only the older transparency log vouches for it, which the library takes on that log's word. */
function toldTime({ tlogEntries: [entry] }: SignedEntity, at: Date): SignedEntity["timestamps"][number] {
  if (entry === undefined) throw new TypeError("expected a bundle with a log entry");
  const integratedTime = String(Math.floor(at.getTime() / 1000));
  const tlogEntry = { ...entry, integratedTime, inclusionPromise: { signedEntryTimestamp: Buffer.alloc(0) } };
  return { $case: "transparency-log", tlogEntry };
}

/** What a pull does: every layer against its digest. */
const craneValidate: Place = {
  name: "crane validate",
  asks: async ({ image, layers = true }) => {
    const args = ["validate", `--remote=${image}`, ...(layers ? [] : ["--fast"])];
    const { status, stdout, stderr } = spawnSync("crane", args, { encoding: "utf8" });
    return status === 0 ? undefined : lastLine(`${stdout}${stderr}`);
  },
};

/** All of them by name. */
export const places: Record<string, Place> = Object.fromEntries(
  [cosignPlace, imageAudit, sigstoreJs, craneValidate, verifyGate, supplyChecks, imageChecks, kyverno].map((place) => [
    place.name,
    place,
  ]),
);

/** A question is put to a place by its name. */
export async function ask(name: string, question: Question, scene: Scene): Promise<string | undefined> {
  const place = places[name];
  if (place === undefined) throw new TypeError(`${name} is no place`);
  return place.asks(question, scene);
}

function lastLine(output: string): string {
  const line = output.split("\n").findLast((each) => each.trim() !== "") ?? "no message";
  return line.replace(/^(Error|error during command execution): /, "");
}

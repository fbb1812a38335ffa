import { bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { z } from "zod";
import { AuditError } from "../errors.ts";
import type { Digest } from "../outcome.ts";
import type { Trust } from "./trust.ts";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const Statement = z.object({
  _type: z.string().startsWith("https://in-toto.io/Statement/"),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

export type Verified = { predicateType: string; predicate: unknown };

/** Why a bundle says nothing about the image. */
export class Refused extends Error {}

/**
 * A verifier for one trusted root: a signed certificate timestamp, a log entry with its proof and a signed time are
 * each required once.
 * @param where the root stands, for the message
 * @throws AuditError FILE_INVALID
 */
export function verifierOf(trustedRoot: unknown, where = "what was given"): Verifier {
  try {
    const root = TrustedRoot.fromJSON(trustedRoot);
    // The library reads anything; an empty root would refuse every image for a reason that is not theirs.
    if (root.certificateAuthorities.length === 0) throw new TypeError("no certificate authority in it");
    const material = toTrustMaterial(root);
    return new Verifier(material, { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new AuditError("FILE_INVALID", `expected a Sigstore trusted root in ${where}, got: ${reason}`, { cause });
  }
}

/**
 * Verifies one bundle, and that it speaks of exactly this image.
 *
 * The library checks signature, certificate, log and time. Two things it leaves to its caller: the identity, because its
 * policy is an unanchored regular expression (`…/release.yml@refs/heads/main` would accept `…/main-evil`), and the
 * subject, because it does not know which image is meant.
 * @param subject digest of the image
 * @throws Refused with the reason
 */
export function verifyBundle(verifier: Verifier, json: unknown, subject: Digest, trust: Trust): Verified {
  const { signer, payload } = signedPayload(verifier, json);
  const { subjectAlternativeName, extensions } = signer.identity ?? {};
  if (subjectAlternativeName !== trust.identity) {
    throw new Refused(`signed by ${subjectAlternativeName ?? "a key without identity"}, expected ${trust.identity}`);
  }
  if (extensions?.issuer !== trust.issuer) {
    throw new Refused(`identity vouched for by ${extensions?.issuer ?? "nobody"}, expected ${trust.issuer}`);
  }
  const statement = Statement.safeParse(payload);
  if (!statement.success) throw new Refused("signed, but not an in-toto statement");
  const subjects = statement.data.subject.map(({ digest }) => `sha256:${digest["sha256"]}`);
  // A second subject lets one signature speak for an image that nobody looked at.
  if (subjects.length !== 1 || subjects[0] !== subject) {
    throw new Refused(`about ${subjects.join(" and ") || "nothing"}, expected ${subject} alone`);
  }
  return { predicateType: statement.data.predicateType, predicate: statement.data.predicate };
}

function signedPayload(verifier: Verifier, json: unknown) {
  try {
    const bundle = bundleFromJSON(json);
    const { content } = bundle;
    if (content.$case !== "dsseEnvelope" || content.dsseEnvelope.payloadType !== "application/vnd.in-toto+json") {
      throw new Refused("not an in-toto statement");
    }
    const signer = verifier.verify(toSignedEntity(bundle));
    return { signer, payload: JSON.parse(content.dsseEnvelope.payload.toString()) as unknown };
  } catch (error) {
    if (error instanceof Refused) throw error;
    const { code, message } = error as Error & { code?: string };
    throw new Refused(`not verified: ${code === undefined ? "" : `${code}: `}${message}`, { cause: error });
  }
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signWithCertificate, type Unusual } from "../../sigstore/certificate.ts";
import { SIGN, sign } from "../../sigstore/cosign.ts";
import { pushSmallImage } from "../../sigstore/small-image.ts";
import type { Question, Row } from "../row.ts";

const both = ["cosign", "image-audit"];
const three = [...both, "Kyverno"];

/** By whom the certificate was issued, logged and dated, and when it was valid. */
export const certificateRows: Row[] = [
  withoutRoot("a certificate authority of the same name", "certificateAuthorities"),
  withoutRoot("a certificate log that nobody trusts", "ctlogs"),
  withoutRoot("a transparency log that nobody trusts", "tlogs"),
  withoutRoot("a timestamp authority that nobody trusts", "timestampAuthorities"),
  certified(
    "that no certificate log has seen",
    { unlogged: true },
    "a timestamp of a certificate log is asked for (image-audit and Kyverno have no switch)",
    {
      thresholds: { ctlogThreshold: 0 },
      weaker: ["--insecure-ignore-sct"],
    },
  ),
  certified(
    "that had ended an hour before",
    { endsIn: -60 },
    "it must be valid when it was signed (lifted: sigstore-js is told another time; the others have no switch)",
    { signedAt: new Date(Date.now() - 65 * 60_000) },
    three,
  ),
];

/**
 * An image whose signature is right in everything but one service, which is the forger's. The trust root has ours for
 * that one and the forger's for the rest; lifted, it has the forger's there too.
 */
function withoutRoot(who: string, entry: string): Row {
  return {
    attack: `signed with ${who}`,
    control: `${entry} of the trust root`,
    places: both,
    mount: ({ registry, folder, stack, forger }) => {
      const image = pushSmallImage(`${registry}/app`, who);
      sign(forger, image);
      const ours = JSON.parse(readFileSync(stack.trustedRoot, "utf8")) as Record<string, unknown>;
      const theirs = JSON.parse(readFileSync(forger.trustedRoot, "utf8")) as Record<string, unknown>;
      const trustedRoot = join(folder, `${entry}.json`);
      writeFileSync(trustedRoot, JSON.stringify({ ...theirs, [entry]: ours[entry] }));
      const accepted = { identity: forger.identity, issuer: forger.issuer, trustedRoot };
      const lifted = { ...accepted, trustedRoot: forger.trustedRoot };
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted: lifted, needs: [SIGN] } };
    },
  };
}

/** Signed with a certificate of the same making in which nothing is wrong. */
let sibling: Promise<Question> | undefined;

/** A certificate by the trusted authority, for the trusted identity, with one thing wrong. */
function certified(
  what: string,
  unusual: Unusual,
  control: string,
  lifted: Partial<Question>,
  withoutSwitch = ["image-audit", "Kyverno"],
): Row {
  return {
    attack: `signed with a certificate ${what}`,
    control,
    places: [...three, "sigstore-js"],
    withoutSwitch,
    mount: async ({ registry, stack, accepted }) => {
      const signed = async (content: string, one: Unusual) => {
        const image = pushSmallImage(`${registry}/app`, content);
        await signWithCertificate(stack, image, content.replaceAll(" ", "-"), one);
        return { image, accepted, needs: [SIGN] };
      };
      sibling ??= signed("the sibling of both", {});
      const question = await signed(`a certificate ${what}`, unusual);
      return { refused: question, good: await sibling, lifted: { ...question, ...lifted } };
    },
  };
}

import { join } from "node:path";
import { repository } from "../../sigstore/claims.ts";
import { attest, cosign, SIGN, sign } from "../../sigstore/cosign.ts";
import { pushSmallImage } from "../../sigstore/small-image.ts";
import { scanned } from "../release.ts";
import type { ImageRow, Question, Row } from "../row.ts";
import { type BundleJson, bundlesOf, type LogEntry, replaceBundle } from "../stored-bundle.ts";

const SPDX = "https://spdx.dev/Document";
const SCAN = "https://cosign.sigstore.dev/attestation/vuln/v1";
const REPOSITORY = repository();
const RELEASE = `${REPOSITORY}/.github/workflows/release.yml`;
const both = ["cosign", "image-audit"];
const three = [...both, "Kyverno"];
const NO_LOG = ["--insecure-ignore-tlog"];
const OWN_CLOCK = [...NO_LOG, "--use-signed-timestamps=false"];

/** Who signed, and what exactly. */
export const signatureRows: Row[] = [
  {
    attack: "unsigned",
    control: "a signature is asked for",
    places: three,
    mount: ({ registry, accepted }) => {
      const image = pushSmallImage(`${registry}/app`, "unsigned");
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted, needs: [] } };
    },
  },
  {
    attack: "an SBOM and no signature",
    control: "the sign statement itself is asked for",
    places: three,
    mount: (scene) => {
      const image = pushSmallImage(`${scene.registry}/app`, "an SBOM only");
      attest(scene.stack, image, "spdxjson", { spdxVersion: "SPDX-2.3", packages: [] });
      const { accepted } = scene;
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted, needs: [SPDX] } };
    },
  },
  signedAs("another workflow", `${REPOSITORY}/.github/workflows/ci.yml@refs/heads/main`),
  signedAs("another branch", `${RELEASE}@refs/heads/feature`),
  signedAs("a branch that begins like ours", `${RELEASE}@refs/heads/main-evil`, three),
  signedAs(
    "a repository that begins like ours",
    RELEASE.replace(REPOSITORY, `${REPOSITORY}-evil`).concat("@refs/heads/main"),
  ),
  signedAs("a repository that ends like ours", `evil-${RELEASE}@refs/heads/main`, three),
  signedAs("a tag instead of the branch", `${RELEASE}@refs/tags/main`),
  {
    attack: "signed with a token of another issuer",
    control: "the issuer is compared",
    places: three,
    mount: ({ registry, stack, accepted }) => {
      const image = pushSmallImage(`${registry}/app`, "another issuer");
      sign(stack, image, stack.as({}, stack.otherIssuer));
      const needs = [SIGN];
      const lifted = { image, accepted: { ...accepted, issuer: stack.otherIssuer }, needs };
      return { refused: { image, accepted, needs }, lifted };
    },
  },
  {
    attack: "the entry of the transparency log is missing",
    control: "one log entry is asked for (image-audit has no switch)",
    places: [...three, "sigstore-js"],
    withoutSwitch: ["image-audit"],
    mount: changed(
      "without entry",
      { thresholds: { tlogThreshold: 0 }, weaker: NO_LOG },
      ({ verificationMaterial }) => {
        verificationMaterial.tlogEntries = [];
      },
    ),
  },
  {
    attack: "the signed timestamp is stripped",
    control:
      "the time comes from a trusted authority (lifted: cosign takes its own clock and ignores the log; the others have no switch)",
    places: three,
    withoutSwitch: ["image-audit", "Kyverno"],
    mount: changed("without timestamp", { weaker: OWN_CLOCK }, ({ verificationMaterial }) => {
      verificationMaterial.timestampVerificationData = {};
    }),
  },
  {
    attack: "the log entry of another signature",
    control: "the entry is compared with the signature (lifted: cosign ignores the log; image-audit has no switch)",
    places: three,
    withoutSwitch: ["image-audit"],
    mount: withEntryOf("entry", (own, theirs) => Object.assign(own, theirs)),
  },
  {
    attack: "the inclusion proof of another entry",
    control: "the proof is checked (lifted: cosign ignores the log; image-audit has no switch)",
    places: three,
    withoutSwitch: ["image-audit"],
    mount: withEntryOf("proof", (own, { inclusionProof }) => Object.assign(own, { inclusionProof })),
  },
  {
    attack: "the signature of another digest",
    control: "the statement must be about this image (lifted: sigstore-js; the others have no switch)",
    places: [...three, "sigstore-js"],
    withoutSwitch: three,
    mount: async ({ registry, stack, accepted }) => {
      const signed = pushSmallImage(`${registry}/app`, "signed, and its signature copied");
      sign(stack, signed);
      const image = pushSmallImage(`${registry}/app`, "with a copied signature");
      await replaceBundle(signed, image, () => undefined);
      const question = { image, accepted, needs: [SIGN] };
      return { refused: question, lifted: { ...question, subject: false } };
    },
  },
  {
    attack: "a scan attested by another identity",
    control: "the identity of whoever scanned is compared",
    places: three,
    mount: (scene) => {
      const image = pushSmallImage(`${scene.registry}/app`, "scanned by another");
      const other = `${REPOSITORY}/.github/workflows/scan.yml@refs/heads/main`;
      sign(scene.stack, image);
      attest(scene.stack, image, "vuln", scanned(), scene.stack.as({ job_workflow_ref: other }));
      const { accepted } = scene;
      const lifted = { ...accepted, identity: `https://github.com/${other}` };
      return { refused: { image, accepted, needs: [SCAN] }, lifted: { image, accepted: lifted, needs: [SCAN] } };
    },
  },
  {
    attack: "signed with a key and no identity",
    control: "an identity is asked for, no key (lifted: cosign; the others have no switch)",
    places: three,
    withoutSwitch: ["image-audit", "Kyverno"],
    mount: ({ registry, folder, stack, accepted }) => {
      const image = pushSmallImage(`${registry}/app`, "signed with a key");
      const env = { ...stack.env, COSIGN_PASSWORD: "" };
      const prefix = join(folder, "other");
      const commands = [
        ["generate-key-pair", `--output-key-prefix=${prefix}`],
        ["sign", "--yes", `--key=${prefix}.key`, image],
      ];
      for (const args of commands) {
        const { status, output } = cosign(args, env);
        if (status !== 0) throw new Error(`expected cosign to sign with a key, got:\n${output}`);
      }
      const question = { image, accepted, needs: [SIGN] };
      return { refused: question, lifted: { ...question, key: `${prefix}.pub` } };
    },
  },
  {
    attack: "the trust root's mirror does not answer, and none is at hand",
    control: "the trust root is fetched, not assumed",
    places: ["cosign", "Kyverno"],
    mount: ({ registry, stack, accepted }) => {
      const image = pushSmallImage(`${registry}/app`, "mirror down");
      sign(stack, image);
      const question = { image, accepted, needs: [SIGN] };
      return { refused: { ...question, mirror: "http://127.0.0.1:1" }, lifted: question };
    },
  },
];

/** A real certificate for a wrong name: refused by exact comparison, accepted by whoever names that one. */
function signedAs(who: string, workflow: string, places = both): Row {
  return {
    attack: `signed by ${who}`,
    control: "the identity is compared whole",
    places,
    mount: ({ registry, stack, accepted }) => {
      const image = pushSmallImage(`${registry}/app`, who);
      sign(stack, image, stack.as({ job_workflow_ref: workflow }));
      const lifted = { ...accepted, identity: `https://github.com/${workflow}` };
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted: lifted, needs: [SIGN] } };
    },
  };
}

/** An image whose bundle was changed after it was signed. */
function changed(content: string, lifted: Partial<Question>, change: (bundle: BundleJson) => void): ImageRow["mount"] {
  return async ({ registry, stack, accepted }) => {
    const image = pushSmallImage(`${registry}/app`, content);
    sign(stack, image);
    await replaceBundle(image, image, change);
    const question = { image, accepted, needs: [SIGN] };
    return { refused: question, lifted: { ...question, ...lifted } };
  };
}

/** An image whose bundle took something from the log entry of another. */
function withEntryOf(what: string, take: (own: LogEntry, theirs: LogEntry) => void): ImageRow["mount"] {
  return async (scene) => {
    const other = pushSmallImage(`${scene.registry}/app`, `its ${what} is taken`);
    sign(scene.stack, other);
    const theirs = (await bundlesOf(other))[0]?.verificationMaterial.tlogEntries[0];
    if (theirs === undefined) throw new Error(`expected a log entry of ${other}`);
    const swap = changed(`with another's ${what}`, { weaker: NO_LOG }, ({ verificationMaterial }) => {
      take(verificationMaterial.tlogEntries[0] ?? {}, theirs);
    });
    return swap(scene);
  };
}

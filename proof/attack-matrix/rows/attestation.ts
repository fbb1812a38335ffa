import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { provenanceOf } from "pipeline/gates/attest";
import { TYPES } from "pipeline/gates/trust";
import { cosign } from "../../sigstore/cosign.ts";
import { pushSmallImage } from "../../sigstore/small-image.ts";
import { repositoryOf } from "../content-places.ts";
import { built, scanned, state } from "../release.ts";
import type { Content, Question, Row, Scene } from "../row.ts";
import { addBundle, copyRelease, keepBundles, moveToEnd, replaceBundle } from "../stored-bundle.ts";

const both = ["verify gate", "image-audit's checks"];
const all = [...both, "Kyverno"];
const GRAVE = ["scan: it found", "SUP-SCAN-002", "the scan found"];
const EVIL = `registry.example/evil:1@sha256:${"e".repeat(64)}`;

/** Statements by the right signer, in the log, about the right image: what refuses is what they say. */
export const attestationRows: Row[] = [
  stating("a scan that is too old", "the age of a scan", "scan", () => scanned("Low", 400), { maxScanAgeHours: 500 }),
  stating("a scan with a critical finding", "findings block", "scan", () => scanned("Critical"), { without: GRAVE }),
  stating("a scan with a high finding", "findings block", "scan", () => scanned("High"), { without: GRAVE }),
  {
    attack: "a clean scan attested beside a bad one",
    control: "the findings of every scan block (Kyverno reads the last on the list)",
    places: both,
    blind: ["Kyverno"],
    mount: (scene) => twoScans(scene, "Low"),
  },
  {
    attack: "the same two scans, in the other order",
    control: "the findings of every scan block, wherever it is on the list",
    places: all,
    mount: (scene) => twoScans(scene, "High"),
  },
  stating(
    "a clean scan with a database made for tests",
    "the origin of the scanner's database",
    "scan",
    () => scanned("Low", 0, "fixture of a test"),
    { origins: ["registry", "local"] },
  ),
  stating(
    "provenance that names another base",
    "the Dockerfile's bases and the approved ones are compared",
    "provenance",
    ({ folder, stack }) => provenanceOf(built(folder, EVIL).record, stack.identity, "1"),
    ({ folder }) => ({ root: built(folder, EVIL).root, approvedBases: ["registry.example/evil"] }),
    both,
  ),
  stating(
    "a base rebuilt on the builder's own machine",
    "the origins of bases",
    "provenance",
    ({ release: { record }, stack }) => {
      const bases = record.bases.map((base) => ({ ...base, origin: "local" }));
      return provenanceOf({ ...record, bases }, stack.identity, "1");
    },
    { origins: ["registry", "local"] },
  ),
  stating(
    "a base swapped under the same name",
    "the digest of a base is compared with its name (image-audit's checks do not know the name)",
    "provenance",
    ({ release: { record }, stack }) => {
      const bases = record.bases.map((base) => ({ ...base, digest: `sha256:${"e".repeat(64)}` }));
      return provenanceOf({ ...record, bases }, stack.identity, "1");
    },
    { without: ["provenance: another image was used"] },
    ["verify gate"],
  ),
  stating(
    "an image built from another lock file",
    "the hash of the lock file is compared",
    "provenance",
    ({ release: { record }, stack }) => provenanceOf({ ...record, lockSha256: "2".repeat(64) }, stack.identity, "1"),
    ({ release: { record } }) => ({ record: { ...record, lockSha256: "2".repeat(64) } }),
    ["verify gate"],
  ),
  stating(
    "an image built from changes that nobody committed",
    "the work tree must be the commit's",
    "provenance",
    ({ release: { record }, stack }) => provenanceOf({ ...record, dirty: true }, stack.identity, "1"),
    { without: ["provenance: built from uncommitted", "SUP-PROV-001", "built from uncommitted changes"] },
  ),
  stating(
    "provenance of another builder",
    "the builder is compared",
    "provenance",
    ({ release: { record }, stack }) => provenanceOf(record, `${stack.identity}-evil`, "1"),
    { without: ["provenance: built by", "SUP-PROV-001", "built by another builder"] },
  ),
  stating(
    "an SBOM that leaves the run time out",
    "an SBOM must name Node",
    "spdx",
    () => ({ spdxVersion: "SPDX-2.3", packages: [{ name: "express" }] }),
    { without: ["spdx: node is not named", "SUP-SBOM-001", "the SBOM does not name node"] },
  ),
  stating(
    "an audit that did not pass",
    "the result of the audit",
    "audit",
    ({ release }) => ({ ...release.predicates["audit"], result: "FAILED", failedTests: ["RUN-USER-001"] }),
    { without: ["audit: the image did not pass", "SUP-AUDIT-001", "the audit of the image"] },
  ),
  {
    attack: "a released image whose digest was revoked since",
    control: "the list of revoked digests",
    places: all,
    mount: (scene) => {
      const { refused, good } = questionsOf(scene, scene.release.image, {});
      const { root, record, image } = scene.release;
      const revoked = [image.split("@")[1] ?? ""];
      return { refused: { ...refused, content: { root, record, revoked } }, good, lifted: good };
    },
  },
  renamed("repository", (image, { registry }) => copyRelease(image, `${registry}/other-name`)),
  renamed("registry", (image) => image.replace("127.0.0.1", "localhost")),
  {
    attack: "a scan replayed from an older digest",
    control: "a statement must be about this image (lifted: sigstore-js; the others have no switch)",
    places: [...all, "sigstore-js"],
    withoutSwitch: all,
    mount: async (scene) => {
      const older = pushSmallImage(`${scene.registry}/older`, "older");
      state(scene, older, "scan", scanned());
      const image = copyRelease(scene.release.image, `${scene.registry}/older`);
      await keepBundles(image, (type) => type !== TYPES["scan"]);
      await addBundle(older, image, TYPES["scan"] ?? "");
      const { refused, lifted, good } = questionsOf(scene, image, {});
      return { refused, lifted: { ...lifted, subject: false }, good };
    },
  },
  {
    attack: "a statement about two images",
    control: "a statement speaks of one image alone (image-audit has no switch)",
    places: both,
    blind: ["Kyverno"],
    withoutSwitch: ["image-audit's checks"],
    mount: async (scene) => {
      const image = copyRelease(scene.release.image, `${scene.registry}/two-subjects`);
      await keepBundles(image, (type) => type !== TYPES["scan"]);
      const digests = [image.split("sha256:")[1] ?? "", "f".repeat(64)];
      const statement = {
        _type: "https://in-toto.io/Statement/v1",
        subject: digests.map((sha256) => ({ name: "app", digest: { sha256 } })),
        predicateType: TYPES["scan"],
        predicate: scanned(),
      };
      const file = join(scene.folder, "statement.json");
      writeFileSync(file, JSON.stringify(statement));
      const bundle = join(scene.folder, "bundle.json");
      const args = ["attest-blob", "--yes", `--statement=${file}`, `--bundle=${bundle}`];
      const { status, output } = cosign(args, scene.stack.env);
      if (status !== 0) throw new Error(`expected cosign to attest two subjects, got:\n${output}`);
      state(scene, image, "scan", scanned());
      const forTwo = JSON.parse(readFileSync(bundle, "utf8")) as object;
      await replaceBundle(image, image, (stored) => Object.assign(stored, forTwo), TYPES["scan"]);
      return questionsOf(scene, image, { without: ["scan: it is about more than one image"] });
    },
  },
];

type Lifted = Partial<Content> & Pick<Question, "without">;

/** A good release in which one statement is another: everything else is as it was. */
function stating(
  attack: string,
  control: string,
  name: string,
  predicate: (scene: Scene) => object,
  lifted: Lifted | ((scene: Scene) => Lifted),
  places = all,
): Row {
  return {
    attack,
    control,
    places,
    blind: all.filter((place) => !places.includes(place)),
    mount: async (scene) => {
      const image = copyRelease(
        scene.release.image,
        `${scene.registry}/${attack.replaceAll(/\W+/g, "-").toLowerCase()}`,
      );
      await keepBundles(image, (type) => type !== TYPES[name]);
      state(scene, image, name, predicate(scene));
      return questionsOf(scene, image, typeof lifted === "function" ? lifted(scene) : lifted);
    },
  };
}

/** Bit by bit the released image with all that was signed of it, where nobody who revokes an image would look. */
function renamed(what: string, copied: (image: string, scene: Scene) => string): Row {
  return {
    attack: `the released image and its signatures under another ${what} name`,
    control: "the repository is named in trust.json (no signature knows it; in a cluster the backstop does)",
    places: both,
    blind: ["cosign", "Kyverno"],
    mount: (scene) => {
      const image = copied(scene.release.image, scene);
      const ours = [repositoryOf(scene.release.image)];
      const { refused, good, lifted } = questionsOf(scene, image, { repositories: [...ours, repositoryOf(image)] });
      const { root, record } = scene.release;
      return { refused: { ...refused, content: { root, record, repositories: ours } }, good, lifted };
    },
  };
}

async function twoScans(scene: Scene, last: "High" | "Low") {
  const image = copyRelease(scene.release.image, `${scene.registry}/two-scans-${last.toLowerCase()}`);
  await keepBundles(image, (type) => type !== TYPES["scan"]);
  state(scene, image, "scan", scanned("High"));
  state(scene, image, "scan", scanned());
  await moveToEnd(image, `"severity":"${last}"`);
  return questionsOf(scene, image, { without: GRAVE });
}

/** The image, the good release it was made from, and the image again with something lifted. */
function questionsOf({ accepted, release }: Scene, image: string, lifted: Lifted) {
  const { root, record } = release;
  const needs = [TYPES["scan"] ?? ""];
  const refused: Question = { image, accepted, needs, content: { root, record } };
  const good = { ...refused, image: release.image };
  const { without = [], ...content } = lifted;
  return { refused, good, lifted: { ...refused, without, content: { root, record, ...content } } };
}

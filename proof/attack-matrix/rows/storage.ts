import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { SIGN, sign } from "../../sigstore/cosign.ts";
import { pushSmallImage } from "../../sigstore/small-image.ts";
import type { Row, Scene } from "../row.ts";

const both = ["cosign", "image-audit"];

/** What whoever can write to the registry, or to its disk, can put in the place of what was signed. */
export const storageRows: Row[] = [
  {
    attack: "the tag moved to another image",
    control: "a signature of what the tag names now is asked for",
    places: both,
    mount: ({ registry, stack, accepted }) => {
      sign(stack, pushSmallImage(`${registry}/moved`, "signed", "1"));
      pushSmallImage(`${registry}/moved`, "evil", "1");
      const image = `${registry}/moved:1`;
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted, needs: [] } };
    },
  },
  {
    attack: "an image signed, but not the index that holds it",
    control: "a signature of the index is asked for",
    places: [...both, "Kyverno"],
    mount: ({ registry, stack, accepted }) => {
      const child = pushSmallImage(`${registry}/app`, "in an index");
      sign(stack, child);
      const args = ["index", "append", `--manifest=${child}`, `--tag=${registry}/app:index`];
      execFileSync("crane", args, { stdio: "pipe" });
      const digest = execFileSync("crane", ["digest", `${registry}/app:index`], { encoding: "utf8" }).trim();
      const image = `${registry}/app@${digest}`;
      return { refused: { image, accepted, needs: [SIGN] }, lifted: { image, accepted, needs: [] } };
    },
  },
  {
    attack: "the stored manifest changed",
    control: "it is compared with its digest (image-audit has no switch; lifted: crane by tag)",
    places: ["image-audit", "crane validate"],
    blind: ["cosign"],
    withoutSwitch: ["image-audit"],
    mount: (scene) => {
      const image = pushSmallImage(`${scene.registry}/manifest`, "a manifest to change", "1");
      sign(scene.stack, image);
      changeStored(scene, image.split("sha256:")[1] ?? "", (bytes) => Buffer.concat([bytes, Buffer.from("\n")]));
      const question = { image, accepted: scene.accepted, needs: [SIGN] };
      return { refused: question, lifted: { ...question, image: `${scene.registry}/manifest:1` } };
    },
  },
  {
    attack: "a byte of a layer changed in the registry",
    control: "layers are compared with their digests",
    places: ["image-audit", "crane validate"],
    blind: ["cosign", "Kyverno"],
    mount: (scene) => {
      const image = pushSmallImage(`${scene.registry}/changed`, "a layer to change");
      sign(scene.stack, image);
      changeLayer(scene, image);
      const question = { image, accepted: scene.accepted, needs: [SIGN] };
      return { refused: question, lifted: { ...question, layers: false } };
    },
  },
];

function changeLayer(scene: Scene, image: string): void {
  const manifest = JSON.parse(execFileSync("crane", ["manifest", image], { encoding: "utf8" })) as {
    layers: { digest: string }[];
  };
  const hex = manifest.layers[0]?.digest.slice("sha256:".length) ?? "";
  changeStored(scene, hex, (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1));
}

/** Changes the stored bytes behind a digest, as somebody does who can write to the registry's disk. */
function changeStored({ folder }: Scene, hex: string, change: (bytes: Buffer) => Uint8Array): void {
  const [file = ""] = globSync(`${folder}/registry/**/${hex}/data`);
  writeFileSync(file, change(readFileSync(file)));
}

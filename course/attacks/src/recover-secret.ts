import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { readArchive } from "image-audit";
import { extract } from "tar-stream";
import type { Attack } from "./attack.ts";
import { lineIn } from "./line.ts";
import type { Scene } from "./scene.ts";

const LARGEST = 65_536;
const telling = /(^|\/)(\.env(\.[^/]*)?|\.npmrc|[^/]*\.(key|pem)|id_[a-z0-9]+)$/;
const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----|(PASSWORD|SECRET|TOKEN|_KEY)\s*=\s*\S+/i;
const decoy = /[A-Z_]+=HNA_DECOY_[0-9a-f]{8}/;
// Published packages bring keys of their own tests: known to everybody, of no use to an attacker.
const published = /(^|\/)node_modules\//;

type Layer = { path: string; found: { file: string; text: string }[]; deleted: string[]; files: number };

/** Every layer is searched, those below a deletion too. */
export const recoverSecret: Attack = {
  id: "recover-secret",
  title: "recover a deleted secret",
  story:
    "The attacker can pull the image, nothing more. Success: a secret of the build context is in a layer, whether or not a " +
    "later layer deletes it.",
  async run(scene) {
    const { reference } = scene.target.image;
    scene.step(`mkdir image && docker save ${reference} | tar -x -C image`);
    scene.step(
      `for layer in image/blobs/sha256/*; do tar -tf "$layer" 2>/dev/null | grep -E '\\.env$|\\.key$|\\.pem$' && echo "$layer"; done`,
    );
    const layers = await layersOf(scene);
    for (const [index, { path, found }] of layers.entries()) {
      for (const { file, text } of found) {
        const later = layers.slice(index + 1).some(({ deleted }) => deleted.some((gone) => isUnder(file, gone)));
        scene.step(`tar -xOf image/${path} ${file}`);
        scene.saw(`${shortened(path)}: ${file}${later ? ", deleted by a later layer," : ""} says ${quoted(text)}`);
      }
    }
    if (scene.evidence.length > 0) return { verdict: "succeeded" };
    const files = layers.reduce((sum, layer) => sum + layer.files, 0);
    scene.saw(`${files} files in ${layers.length} layers: none holds a secret of the build context`);
    return { verdict: "stopped", by: lineIn(scene.target.root, `${scene.target.dockerfile}.dockerignore`, /^\*$/) };
  },
};

async function layersOf({ run, target }: Scene): Promise<Layer[]> {
  const child = run.spawn("docker", ["save", target.image.id], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "close");
  if (child.stdout === null) throw new TypeError("docker save was started without a pipe");
  const archive = await readArchive(child.stdout, readLayer, run.signal);
  await ended;
  const [manifest] = JSON.parse(archive.documents.get("manifest.json") ?? "[]") as { Layers: string[] }[];
  return (manifest?.Layers ?? []).flatMap((path) => archive.layers.get(path) ?? []);
}

async function readLayer(tar: AsyncIterable<Buffer>, path: string): Promise<Layer> {
  const layer: Layer = { path, found: [], deleted: [], files: 0 };
  const reader = extract();
  reader.on("entry", ({ name, type, size = 0 }, stream, next) => {
    const chunks: Buffer[] = [];
    const wanted = type === "file" && size <= LARGEST && telling.test(name) && !published.test(name);
    if (type === "file") layer.files += 1;
    if (/(^|\/)\.wh\./.test(name)) layer.deleted.push(name.replace(".wh.", ""));
    stream.on("error", () => undefined); // an archive that is cut off: the reader of the whole reports it
    stream.on("data", (chunk) => {
      if (wanted && Buffer.isBuffer(chunk)) chunks.push(chunk);
    });
    stream.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      if (secret.test(text)) layer.found.push({ file: name, text });
      next();
    });
  });
  await pipeline(tar, reader);
  return layer;
}

/** A decoy is shown, for it opens nothing; of anything else only that it is there. */
function quoted(text: string): string {
  const shown = decoy.exec(text)?.[0];
  if (shown !== undefined) return `"${shown}..."`;
  return text.includes("PRIVATE KEY-----") ? "that it is a private key" : "something that may be real: not shown";
}

function isUnder(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function shortened(path: string): string {
  return `layer ${path.replace("blobs/sha256/", "sha256:").slice(0, 19)}`;
}

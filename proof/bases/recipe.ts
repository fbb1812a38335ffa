import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Archive } from "./archive.ts";
import { isVariant, madeFrom, type Recipe } from "./catalog.ts";

const SHARED = ["Dockerfile", "docker-bake.hcl", "npm/package-lock.json"];
const OWN: Record<Recipe, string[]> = {
  full: ["rootfs.sh", "rootfs/configure.sh", "rootfs/full.packages", "files/*.sh"],
  slim: ["rootfs.sh", "rootfs/configure.sh", "files/*.sh"],
  distroless: ["distroless.sh", "rootfs/distroless.packages", "files/distroless/**/*"],
  alpine: ["variants-bake.hcl", "alpine/*"],
  chainguard: ["variants-bake.hcl", "chainguard/*"],
};

/**
 * Tag of a stand-in: 12 hex digits over everything its recipe reads. An edited recipe is a new tag, so an old image is
 * never mistaken for the new one; package versions are the archive's and are not part of it.
 * @param folder folder of the recipes, for tests
 */
export function tagOf(recipe: Recipe, archive: Archive, folder = import.meta.dirname): string {
  const from = madeFrom(recipe).map((stand) => tagOf(stand, archive, folder));
  const hash = createHash("sha256").update(JSON.stringify([recipe, process.arch, archive, ...from]));
  for (const pattern of [...(isVariant(recipe) ? [] : SHARED), ...OWN[recipe]]) {
    const files = globSync(pattern, { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
    if (files.length === 0) throw new Error(`recipe ${recipe}: no file matches ${pattern}`);
    for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => (a < b ? -1 : 1))) {
      hash.update(`\0${file.slice(folder.length)}\0`).update(readFileSync(file));
    }
  }
  return `hardened-node-api-base/${recipe}:${hash.digest("hex").slice(0, 12)}`;
}

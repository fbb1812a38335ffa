import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Run } from "pipeline/started";
import { machineArchive } from "./archive.ts";
import type { Recipe } from "./catalog.ts";
import { prepareNpm, prepareRootfs } from "./contexts.ts";
import { tagOf } from "./recipe.ts";
import { Workplace } from "./workplace.ts";

const ROOT = join(import.meta.dirname, "../..");
const docker = promisify(execFile);

/** A loaded stand-in: its tag, and its image ID, which is the digest reported. */
export type LocalImage = { recipe: Recipe; tag: string; id: string };

/**
 * The stand-ins of these recipes; what is not loaded yet is built. A tag appears only when its image is complete.
 * @param say one line of progress
 * @param run owns the processes
 * @throws ToolError
 */
export async function localImages(recipes: Recipe[], run: Run, say: (line: string) => void): Promise<LocalImage[]> {
  const archive = await machineArchive("trixie");
  const tags = new Map(recipes.map((recipe) => [recipe, tagOf(recipe, archive)]));
  const missing: Recipe[] = [];
  for (const [recipe, tag] of tags) if ((await imageId(tag)) === undefined) missing.push(recipe);
  if (missing.length > 0) {
    say(`building ${missing.join(", ")} from distribution and npm packages, once (about two minutes for all)`);
    using place = new Workplace(run, join(ROOT, "out/work"));
    const npm = timed("Node, npm, Yarn, Corepack from npm", say, () => prepareNpm(place));
    const build = async (recipe: Recipe) => {
      await timed(`${recipe}: root file system`, say, () => prepareRootfs(recipe, archive, place));
      await npm;
      await timed(`${recipe}: image`, say, () => bake(recipe, tags.get(recipe) ?? "", place));
    };
    // Settled, not raced: an early failure must not leave the others working in a folder that is being removed.
    const results = await Promise.allSettled([npm, ...missing.map(build)]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
  const images = [...tags].map(async ([recipe, tag]) => ({ recipe, tag, id: (await imageId(tag)) ?? "" }));
  return Promise.all(images);
}

function bake(recipe: Recipe, tag: string, place: Workplace): Promise<void> {
  const contexts = place.folder.slice(ROOT.length + 1); // relative: newer buildx asks before it reads elsewhere
  const env = { CONTEXTS: contexts, [`TAG_${recipe.toUpperCase()}`]: tag };
  const args = ["buildx", "bake", "--file", "proof/bases/docker-bake.hcl", "--load", "--progress=plain", recipe];
  return place.run(`image-${recipe}`, "docker", args, { cwd: ROOT, env });
}

async function imageId(tag: string): Promise<string | undefined> {
  return docker("docker", ["image", "inspect", "--format", "{{.Id}}", tag]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

async function timed(what: string, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

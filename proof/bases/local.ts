import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Run } from "pipeline/started";
import { machineArchive } from "./archive.ts";
import { isVariant, madeFrom, type Recipe } from "./catalog.ts";
import { prepareNpm, prepareRootfs, prepareVariant } from "./contexts.ts";
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
  const tags = new Map(
    recipes.flatMap((recipe) => [...madeFrom(recipe), recipe]).map((of) => [of, tagOf(of, archive)]),
  );
  const missing = await missingOf(recipes, tags);
  if (missing.length > 0) {
    say(`building ${missing.join(", ")} from distribution, npm and Python packages, once (minutes)`);
    using place = new Workplace(run, join(ROOT, "out/work"));
    const npm = missing.every(isVariant)
      ? Promise.resolve()
      : timed("Node, npm, Yarn, Corepack from npm", say, () => prepareNpm(place));
    const builds = new Map<Recipe, Promise<void>>();
    const build = async (recipe: Recipe) => {
      if (isVariant(recipe)) {
        await timed(`${recipe}: sources`, say, () => prepareVariant(recipe, place));
        await Promise.all(madeFrom(recipe).map((stand) => builds.get(stand)));
      } else {
        await timed(`${recipe}: root file system`, say, () => prepareRootfs(recipe, archive, place));
        await npm;
      }
      await timed(`${recipe}: image`, say, () => bake(recipe, tags, place));
    };
    for (const recipe of missing) builds.set(recipe, build(recipe));
    // Settled, not raced: an early failure must not leave the others working in a folder that is being removed.
    const results = await Promise.allSettled([npm, ...builds.values()]);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
  const images = recipes.map(async (recipe) => {
    const tag = tags.get(recipe) ?? "";
    return { recipe, tag, id: (await imageId(tag)) ?? "" };
  });
  return Promise.all(images);
}

/** Which of these stand-ins are loaded. */
export async function loadedOf(recipes: readonly Recipe[]): Promise<Recipe[]> {
  const archive = await machineArchive("trixie");
  const ids = await Promise.all(recipes.map((recipe) => imageId(tagOf(recipe, archive))));
  return recipes.filter((_, index) => ids[index] !== undefined);
}

/** What must be built, in an order in which nothing comes before what it is made from. */
async function missingOf(recipes: Recipe[], tags: Map<Recipe, string>): Promise<Recipe[]> {
  const missing = new Set<Recipe>();
  for (const recipe of recipes) {
    if ((await imageId(tags.get(recipe) ?? "")) !== undefined) continue;
    for (const stand of madeFrom(recipe)) if ((await imageId(tags.get(stand) ?? "")) === undefined) missing.add(stand);
    missing.add(recipe);
  }
  return [...missing];
}

function bake(recipe: Recipe, tags: Map<Recipe, string>, place: Workplace): Promise<void> {
  const contexts = place.folder.slice(ROOT.length + 1); // relative: newer buildx asks before it reads elsewhere
  const named = [...tags].map(([of, tag]) => [`TAG_${of.toUpperCase()}`, tag]);
  const env = { CONTEXTS: contexts, ...Object.fromEntries(named) };
  const file = `proof/bases/${isVariant(recipe) ? "variants-bake" : "docker-bake"}.hcl`;
  const args = ["buildx", "bake", "--file", file, "--load", "--progress=plain", recipe];
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

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { command } from "pipeline/command";
import type { Run } from "pipeline/started";
import { UsageError } from "../errors.ts";
import { type Base, isVariant, RECIPES, readCatalog } from "./catalog.ts";
import { type LocalImage, loadedOf, localImages } from "./local.ts";
import { unreachableRegistries } from "./registry.ts";

/** `out/bases.json`: for each FROM reference where it comes from and the digest really used. */
export type Resolution =
  | { mode: "hub"; bases: Record<string, { origin: "hub"; digest: string }> }
  | { mode: "local"; bases: Record<string, { origin: "local" | "look-alike"; context: string; digest: string }> };

const MODES = ["auto", "hub", "local"];
const say = (line: string) => process.stderr.write(`bases: ${line}\n`);

export function hubResolution(bases: Base[]): Resolution {
  return { mode: "hub", bases: Object.fromEntries(bases.map(({ ref, digest }) => [ref, { origin: "hub", digest }])) };
}

export function localResolution(bases: Base[], images: LocalImage[]): Resolution {
  const entry = ({ ref, recipe, lookAlike }: Base) => {
    const image = images.find((candidate) => candidate.recipe === recipe);
    if (image === undefined) throw new Error(`no local image for ${ref}`);
    const origin = lookAlike ? "look-alike" : "local";
    return [ref, { origin, context: `docker-image://${image.tag}`, digest: image.id }] as const;
  };
  return { mode: "local", bases: Object.fromEntries(bases.map(entry)) };
}

/** Written beside the target and renamed: a reader sees the old file or the new one, never half of it. */
export function writeResolution(file: string, resolution: Resolution): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}`;
  try {
    writeFileSync(part, `${JSON.stringify(resolution, null, 2)}\n`);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

/** @param variants also builds the stand-ins that only a variant needs; without it those already here stay known */
async function resolve(mode: string, variants: boolean, run: Run): Promise<Resolution> {
  const bases = readCatalog();
  if (mode === "hub") return hubResolution(bases);
  if (mode === "auto") {
    // The ladder's registries decide for all: a blocked one of a variant must not turn the ladder's bases local.
    const silent = await unreachableRegistries(bases.filter(({ recipe }) => !isVariant(recipe)).map(({ ref }) => ref));
    if (silent.length === 0) return hubResolution(bases);
    say(`no answer from ${silent.join(" and ")}: using local stand-ins (BASES=hub to insist)`);
  }
  const wanted = RECIPES.filter((recipe) => variants || !isVariant(recipe));
  const images = await localImages([...new Set([...wanted, ...(await loadedOf(RECIPES))])], run, say);
  return localResolution(
    bases.filter(({ recipe }) => images.some((image) => image.recipe === recipe)),
    images,
  );
}

async function main(run: Run): Promise<number> {
  const { values } = parseArgs({
    options: {
      mode: { type: "string", default: "auto" },
      out: { type: "string" },
      variants: { type: "boolean", default: false },
    },
  });
  if (!MODES.includes(values.mode)) throw new UsageError(`expected --mode ${MODES.join("|")}, got "${values.mode}"`);
  const file = values.out ?? join(import.meta.dirname, "../../out/bases.json");
  const resolution = await resolve(values.mode, values.variants, run);
  writeResolution(file, resolution);
  say(`${resolution.mode}, ${Object.keys(resolution.bases).length} bases, written to ${file}`);
  return 0;
}

if (import.meta.main) await command("bases", main);

import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Archive, debianSources, sourcesList } from "./archive.ts";
import type { LADDER, Variant } from "./catalog.ts";
import type { Workplace } from "./workplace.ts";

const HERE = import.meta.dirname;
/** Set-up made it for the linters; a machine's own Python may have no pip. */
const PYTHON = join(HERE, "../../toolchain/lint/.venv/bin/python");

/**
 * Prepares what the bake file takes: the root file system of a recipe as `<recipe>/rootfs.tar`.
 * @throws ToolError when a package cannot be fetched or unpacked
 */
export async function prepareRootfs(
  recipe: (typeof LADDER)[number],
  archive: Archive,
  place: Workplace,
): Promise<void> {
  const folder = join(place.folder, recipe);
  mkdirSync(folder);
  writeFileSync(join(folder, "sources.list"), sourcesList(archive.suites));
  writeFileSync(join(folder, "debian.sources"), debianSources(archive.suites));
  writeFileSync(join(folder, "apt.conf"), archive.options.map((option) => `${option}\n`).join(""));
  cpSync(join(HERE, "Dockerfile"), join(folder, "Dockerfile"));
  const script = recipe === "distroless" ? ["distroless.sh", folder] : ["rootfs.sh", recipe, folder];
  await place.run(`rootfs-${recipe}`, "bash", [join(HERE, script[0] ?? ""), ...script.slice(1)]);
}

/** Fetches Node, npm, Yarn and Corepack into `npm/`: hashes from the lock file, registry from the machine, no scripts. */
export async function prepareNpm(place: Workplace): Promise<void> {
  const folder = join(place.folder, "npm");
  cpSync(join(HERE, "npm"), folder, { recursive: true });
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links", "--loglevel=error"];
  await place.run("npm", "npm", ["ci", ...flags], { cwd: folder });
}

/**
 * Prepares a variant's folder: its Dockerfile, its files and, for Alpine, the wheels that carry it.
 * @throws ToolError when the wheels cannot be fetched
 */
export async function prepareVariant(variant: Variant, place: Workplace): Promise<void> {
  const folder = join(place.folder, variant);
  cpSync(join(HERE, variant), folder, { recursive: true });
  if (variant !== "alpine") return;
  await place.run("wheels", "bash", [join(folder, "fetch.sh"), existsSync(PYTHON) ? PYTHON : "python3", folder]);
}

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { command } from "pipeline/command";
import type { Run } from "pipeline/started";
import { UsageError } from "../errors.ts";
import { type Base, readCatalog } from "./catalog.ts";
import { type LocalImage, localImages } from "./local.ts";
import { unreachableRegistries } from "./registry.ts";

/** `out/bases.json`: for each FROM reference where it comes from and the digest really used. */
export type Resolution =
  | { mode: "hub"; bases: Record<string, { origin: "hub"; digest: string }> }
  | { mode: "local"; bases: Record<string, { origin: "local"; context: string; digest: string }> };

const MODES = ["auto", "hub", "local"];
const say = (line: string) => process.stderr.write(`bases: ${line}\n`);

export function hubResolution(bases: Base[]): Resolution {
  return { mode: "hub", bases: Object.fromEntries(bases.map(({ ref, digest }) => [ref, { origin: "hub", digest }])) };
}

export function localResolution(bases: Base[], images: LocalImage[]): Resolution {
  const entry = ({ ref, recipe }: Base) => {
    const image = images.find((candidate) => candidate.recipe === recipe);
    if (image === undefined) throw new Error(`no local image for ${ref}`);
    return [ref, { origin: "local", context: `docker-image://${image.tag}`, digest: image.id }] as const;
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

async function resolve(mode: string, run: Run): Promise<Resolution> {
  const bases = readCatalog();
  if (mode === "hub") return hubResolution(bases);
  if (mode === "auto") {
    const silent = await unreachableRegistries(bases.map(({ ref }) => ref));
    if (silent.length === 0) return hubResolution(bases);
    say(`no answer from ${silent.join(" and ")}: using local stand-ins (BASES=hub to insist)`);
  }
  return localResolution(bases, await localImages([...new Set(bases.map(({ recipe }) => recipe))], run, say));
}

async function main(run: Run): Promise<number> {
  const { values } = parseArgs({ options: { mode: { type: "string", default: "auto" }, out: { type: "string" } } });
  if (!MODES.includes(values.mode)) throw new UsageError(`expected --mode ${MODES.join("|")}, got "${values.mode}"`);
  const file = values.out ?? join(import.meta.dirname, "../../out/bases.json");
  const resolution = await resolve(values.mode, run);
  writeResolution(file, resolution);
  say(`${resolution.mode}, ${Object.keys(resolution.bases).length} bases, written to ${file}`);
  return 0;
}

if (import.meta.main) await command("bases", main);

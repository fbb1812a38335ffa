import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BakeOptions, bake, git, ROOT } from "./bake.ts";
import type { Base } from "./bases.ts";
import type { Run } from "./started.ts";

/** `out/<target>.build.json`: what the image was really made of. Provenance is made from it. */
export type BuildRecord = {
  schemaVersion: 1;
  target: string;
  image: string;
  imageId: string;
  dockerfile: string;
  bases: Omit<Base, "context">[];
  lockSha256: string;
  commit: string;
  dirty: boolean;
};

/** `tag`: where the image lands when not under the target's own name; no record is written then. */
export type BuildOptions = BakeOptions & { tag?: string | undefined };

/**
 * Builds an image, loads it into the engine and records what it was made of.
 * @throws PipelineError as `bake` does
 */
export async function build(run: Run, target: string, options: BuildOptions = {}): Promise<BuildRecord> {
  const tag = options.tag === undefined ? [] : [`tags=${options.tag}`];
  const baked = await bake(run, target, { ...options, set: ["output=type=docker", ...tag, ...(options.set ?? [])] });
  const root = options.context ?? ROOT;
  const image = options.tag ?? baked.tags[0] ?? target;
  const inspected = execFileSync("docker", ["image", "inspect", "--format={{.Id}}", image], { encoding: "utf8" });
  const record: BuildRecord = {
    schemaVersion: 1,
    target,
    image,
    imageId: inspected.trim(),
    dockerfile: baked.dockerfile,
    bases: baked.bases.map(({ ref, digest, origin }) => ({ ref, digest, origin })),
    lockSha256: hash("sha256", readFileSync(join(root, "pnpm-lock.yaml"))),
    commit: baked.commit,
    dirty: git(root, "status", "--porcelain") !== "",
  };
  if (options.tag === undefined) writeWhole(join(ROOT, "out", `${target}.build.json`), record);
  return record;
}

/** The image that ships, and beside it `out/stage-4.sbom.json`, the npm packages in it as CycloneDX. */
export async function buildShipped(run: Run, options: BuildOptions = {}): Promise<BuildRecord> {
  const record = await build(run, "stage-4", options);
  await bake(run, "sbom", { ...options, set: [] });
  return record;
}

/** Writes JSON so that a reader never sees half of it. */
export function writeWhole(file: string, value: unknown): void {
  mkdirSync(join(file, ".."), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, `${JSON.stringify(value)}\n`);
  renameSync(part, file);
}

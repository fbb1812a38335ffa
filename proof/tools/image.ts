import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, lstatSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Digest, Registry } from "image-audit";
import type { Run } from "pipeline/started";
import type { Tool } from "pipeline/tools";
import { ToolError } from "../errors.ts";
import { cache } from "./module.ts";

/** Everything about taking one tool out of its image. */
export type ToolImage = {
  /** `host/repository:tag@sha256:…` */
  reference: string;
  /** Of the binary inside the image, absolute. */
  path: string;
  /** The finished binary, outside the clone. */
  binary: string;
};

const architecture = ({ x64: "amd64" } as Record<string, string>)[process.arch] ?? process.arch;

/** @returns undefined for a tool that has no image */
export function imageOf({ name, image, path }: Tool): ToolImage | undefined {
  if (image === undefined || path === undefined) return undefined;
  const inputs = createHash("sha256").update(`${image} ${path} ${architecture}`).digest("hex").slice(0, 16);
  return { reference: image, path, binary: join(cache(), `image-${inputs}`, name) };
}

type Manifest = {
  manifests?: { digest: Digest; platform?: { os: string; architecture: string } }[];
  layers?: { digest: Digest }[];
};

/** To be told that a host is there; a proxy that swallows packets must not hold up every tool. */
const PATIENCE_MS = 5_000;
/** For one layer, whose size only the registry knows. */
const LAYER_MS = 600_000;
const silent = new Map<string, string>();

/**
 * Takes the binary out of its image into the cache, by plain registry requests: no engine, no Go. The index is the
 * digest that is pinned, and every manifest and layer below it is hashed here.
 * @param platform of Node's kind; an image holds Linux binaries only
 * @throws ToolError with the registry's host where it does not answer, where bytes differ, where no such file is in it
 */
export async function take(run: Run, what: ToolImage, say: (line: string) => void, platform = process.platform) {
  if (platform !== "linux") throw new ToolError(`${what.reference.split("@")[0]} has Linux binaries only`);
  // Loaded here: it brings an engine's client along, and make tools has mostly nothing to fetch.
  const { AuditError, parseReference, Registry } = await import("image-audit");
  const { host, repository, digest = "" } = parseReference(what.reference);
  const before = silent.get(host);
  if (before !== undefined) throw new ToolError(before);
  try {
    say(`taking ${what.path} out of ${what.reference}`);
    const registry = (timeoutMs: number) => new Registry({ host, repository }, { timeoutMs, signal: run.signal });
    await fromRegistry(run, registry, digest, what);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    if (error.code === "REGISTRY_UNREACHABLE") silent.set(host, error.message);
    throw new ToolError(error.message, { cause: error });
  }
}

async function fromRegistry(
  run: Run,
  registry: (timeoutMs: number) => Registry,
  digest: string,
  { path, reference, binary }: ToolImage,
): Promise<void> {
  const asked = registry(PATIENCE_MS);
  const read = async (of: string) => JSON.parse((await asked.manifest(of)).bytes.toString()) as Manifest;
  const index = await read(digest);
  const child = index.manifests?.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
  );
  if (index.manifests !== undefined && child === undefined) {
    throw new ToolError(`${reference} has no image for linux/${architecture}`);
  }
  const { layers = [] } = child === undefined ? index : await read(child.digest);
  const scratch = join(run.folder, "image");
  const patient = registry(LAYER_MS);
  for (const layer of layers.toReversed()) {
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    const file = join(scratch, "layer.tar");
    await patient.saveBlob(layer.digest, file);
    const found = extracted(file, path, scratch);
    if (found === undefined) continue;
    mkdirSync(dirname(binary), { recursive: true });
    const part = `${binary}.${process.pid}.part`;
    copyFileSync(found, part);
    chmodSync(part, 0o755);
    renameSync(part, binary);
    return;
  }
  throw new ToolError(`${reference} has no file ${path}`);
}

/** One regular file of a layer; a link could lead out of the folder. */
function extracted(layer: string, path: string, folder: string): string | undefined {
  const names = execFileSync("tar", ["-tf", layer], { encoding: "utf8", maxBuffer: 2 ** 28 }).split("\n");
  const name = names.find((candidate) => candidate.replace(/^\.?\/*/, "/") === path);
  if (name === undefined) return undefined;
  execFileSync("tar", ["-xf", layer, "-C", folder, "--", name], { stdio: "ignore" });
  const file = join(folder, path);
  if (!lstatSync(file).isFile()) throw new ToolError(`expected ${path} to be a file`);
  return file;
}

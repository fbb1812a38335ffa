import { readFileSync } from "node:fs";
import { DockerfileParser } from "dockerfile-ast";
import { PipelineError } from "./errors.ts";

/** An image named in FROM, what stands for it in this build, and where that came from. */
export type Base = { ref: string; digest: string; origin: string; context?: string };

const PINNED = /^[^\s@]+:[^\s@]+@(sha256:[0-9a-f]{64})$/;

/**
 * The base images a Dockerfile names, in order, each once. Stages of the same file and `scratch` are not bases.
 * @throws PipelineError CONFIGURATION when one is not `name:tag@sha256:…`: a tag alone can be moved
 */
export function basesOf(dockerfile: string): { ref: string; digest: string }[] {
  const parsed = DockerfileParser.parse(readFileSync(dockerfile, "utf8"));
  const stages = new Set(parsed.getFROMs().map((from) => from.getBuildStage()));
  const refs = parsed.getFROMs().map((from) => from.getImage() ?? "");
  return [...new Set(refs)]
    .filter((ref) => ref !== "scratch" && !stages.has(ref))
    .map((ref) => {
      const digest = PINNED.exec(ref)?.[1];
      if (digest !== undefined) return { ref, digest };
      const message = `${dockerfile}: expected FROM name:tag@sha256:<digest>, got "${ref}"; pin it by digest`;
      throw new PipelineError("CONFIGURATION", message);
    });
}

/** A base as a name of the registry's image that means one only: `pkg:docker/name@tag?digest=…`. */
export function purlOf(ref: string): string {
  return ref.replace(/^(.+):([^:@]+)@(sha256:\w+)$/, "pkg:docker/$1@$2?digest=$3");
}

/**
 * What each base is replaced by, from a resolution file `{ bases: { [ref]: { origin, digest, context? } } }`.
 * Without a file every base is pulled from its own registry.
 */
export function resolveBases(dockerfile: string, file: string | undefined): Base[] {
  const named = basesOf(dockerfile);
  if (file === undefined) return named.map((base) => ({ ...base, origin: "hub" }));
  const bases = readResolution(file);
  return named.map(({ ref }) => {
    const found = bases[ref];
    if (found !== undefined) return { ref, ...found };
    const got = Object.keys(bases).join(", ") || "none";
    const message = `${file}: expected an entry for ${ref}, which ${dockerfile} names; got ${got}`;
    throw new PipelineError("CONFIGURATION", message);
  });
}

function readResolution(file: string): Record<string, Omit<Base, "ref">> {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { bases: Record<string, Omit<Base, "ref">> }).bases;
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    const message = `${file}: expected a resolution of bases as JSON, got: ${got}; make bases writes it`;
    throw new PipelineError("CONFIGURATION", message, { cause });
  }
}

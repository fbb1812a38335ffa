import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Base, resolveBases } from "./bases.ts";
import { PipelineError } from "./errors.ts";
import type { Run } from "./started.ts";

export const ROOT = join(import.meta.dirname, "..");

export type BakeOptions = {
  /** Bake files beside the root's own. */
  files?: readonly string[];
  /** Resolution file for the bases; see `resolveBases`. */
  bases?: string | undefined;
  /** Overrides of the target, such as `no-cache=true`. */
  set?: readonly string[];
  /** Where the bake files and the build context are, when not in this repository: a changed copy of it. */
  context?: string;
};

/** What a target says of itself, and what its bases were replaced by. */
export type Baked = { dockerfile: string; tags: string[]; bases: Base[]; commit: string };

/**
 * Builds one target of the bake files, with the bases and the certificate this machine needs.
 * @param run owns the process, so that an interrupted build leaves nothing
 * @throws PipelineError ENGINE when buildx cannot read the target, BUILD_FAILED with the end of its output
 */
export async function bake(run: Run, target: string, options: BakeOptions = {}): Promise<Baked> {
  const cwd = options.context ?? ROOT;
  const commit = git(cwd, "rev-parse", "HEAD") || "unknown";
  // Times in the image are the commit's, so that one commit gives one digest. https://reproducible-builds.org/specs/source-date-epoch/
  const committed = git(cwd, "log", "-1", "--format=%ct");
  const epoch = committed === "" ? {} : { SOURCE_DATE_EPOCH: committed };
  const env = { ...process.env, ...epoch, CA: certificateFile(run), REVISION: commit };
  const files = ["docker-bake.hcl", ...(options.files ?? [])].flatMap((file) => ["--file", file]);
  const plan = describe(cwd, files, target, env);
  const bases = resolveBases(join(cwd, plan.dockerfile), options.bases);
  const contexts = bases.flatMap(({ ref, context }) => (context === undefined ? [] : [`contexts.${ref}=${context}`]));
  const set = [...contexts, ...(options.set ?? [])].flatMap((override) => ["--set", `${target}.${override}`]);
  const args = ["buildx", "bake", "--progress=plain", ...files, ...set, target];
  const child = run.spawn("docker", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const log: string[] = [];
  const progress = stepsThatRun((step) => process.stderr.write(`  ${step.slice(0, 110)}\n`));
  const read = (line: string) => {
    log.push(line);
    progress(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface(stream).on("line", read);
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return { ...plan, bases, commit };
  const end = log.slice(-30).join("\n");
  throw new PipelineError("BUILD_FAILED", `docker buildx bake ${target} ended with ${code}; its last lines:\n${end}`);
}

/** Reads BuildKit's plain progress and tells of each step of a Dockerfile that is really run, not of cached ones. */
export function stepsThatRun(tell: (step: string) => void): (line: string) => void {
  const waiting = new Map<string, string>();
  return (line) => {
    const [, id = "", rest = ""] = /^#(\d+) (.*)$/.exec(line) ?? [];
    const step = /^\[(?!internal|context).*?\] (RUN|COPY|ADD|WORKDIR)/.test(rest) ? rest : undefined;
    if (step !== undefined) waiting.set(id, step);
    else if (rest === "CACHED") waiting.delete(id);
    else if (waiting.has(id)) {
      tell(waiting.get(id) ?? "");
      waiting.delete(id);
    }
  };
}

/** A line of git's answer about a folder; empty where there is no history, as in an unpacked archive. */
export function git(cwd: string, ...args: string[]): string {
  const { status, stdout } = spawnSync("git", args, { cwd, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}

type Plan = { dockerfile: string; tags: string[] };

function describe(cwd: string, files: string[], target: string, env: NodeJS.ProcessEnv): Plan {
  try {
    const args = ["buildx", "bake", "--print", ...files, target];
    const printed = execFileSync("docker", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const targets = (JSON.parse(printed) as { target: Record<string, Partial<Plan>> }).target;
    return { dockerfile: targets[target]?.dockerfile ?? "Dockerfile", tags: targets[target]?.tags ?? [] };
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : String(cause);
    const message = `docker buildx bake cannot read ${target}: ${said}; it needs a running engine and buildx`;
    throw new PipelineError("ENGINE", message, { cause });
  }
}

/** The machine's extra certificate, copied where buildx may read it without asking; empty when it has none. */
function certificateFile(run: Run): string {
  const file = process.env["NODE_EXTRA_CA_CERTS"] ?? "";
  if (file === "" || !existsSync(file)) return "";
  const copy = join(mkdtempSync(join(run.folder, "ca-")), "ca.pem"); // another build may have another
  copyFileSync(file, copy);
  return copy;
}

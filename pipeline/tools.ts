import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PipelineError } from "./errors.ts";

const tool = z.strictObject({
  name: z.string(),
  /** Exact; "2.8.x" where the tool judges nothing. */
  version: z.string(),
  /** Arguments that make it print its version; none where it cannot: then the build information in it is read. */
  ask: z.array(z.string()),
  for: z.string(),
  /** Its package in Debian, "cosign/sid" when only that suite has the version. */
  debian: z.string().optional(),
  /** Its Go package, and the SHA-256 of the module files that pin it and all it is built from. */
  module: z.string().optional(),
  hash: z.string().optional(),
  /** Its image, `host/repository:tag@sha256:<index digest>`, and the path of the binary in it. */
  image: z
    .string()
    .regex(/@sha256:[0-9a-f]{64}$/)
    .optional(),
  path: z.string().optional(),
});

/** A tool that the pipeline or its proofs call. */
export type Tool = z.infer<typeof tool>;

const text = readFileSync(join(import.meta.dirname, "tools.json"), "utf8");
const file = z.strictObject({ schemaVersion: z.literal(1), tools: z.array(tool) });

/** All of them, as pinned. */
export const tools: Tool[] = file.parse(JSON.parse(text)).tools;

// Debian's builds of Go tools do not know their version; the package database does.
const ASK = `command -v "$0" >/dev/null || exit 0; [ $# -gt 0 ] && "$0" "$@" 2>&1
[ $# -gt 0 ] || grep -aoE "\\s\${MODULE%%/cmd/*}\\sv[0-9.]+" "$(command -v "$0")"
case $(command -v "$0") in /usr/bin/* | /bin/*) dpkg-query --show --showformat '\${Version}\n' "$PACKAGE" ;; esac; exit 0`;

/** Whether the tool on PATH is the pinned one: true, or what was seen instead. */
export function seen({ name, version, ask, debian = "", module: MODULE = "" }: Tool): true | string {
  const env = { ...process.env, PACKAGE: debian.split("/")[0], MODULE };
  const answer = execFileSync("sh", ["-c", ASK, name, ...ask], { env, encoding: "utf8", stdio: "pipe" });
  const pattern = version.replace(/\.x$/, "(.\\d+)+").replaceAll(".", "\\.");
  if (new RegExp(`(?<![\\d.])${pattern}(?![\\d.]*\\d)`).test(answer)) return true;
  return answer === "" ? "not here" : `seen ${/\d+\.\d+[\w.+-]*/.exec(answer)?.[0] ?? "one that tells no version"}`;
}

/**
 * Holds the tools of a command to their pinned versions before it starts.
 * @throws PipelineError CONFIGURATION with each version wanted and seen, and what to do
 */
export function requireTools(names: readonly string[]): void {
  const wrong = names.flatMap((name) => {
    const wanted = tools.find((candidate) => candidate.name === name);
    if (wanted === undefined) throw new TypeError(`${name} is not in pipeline/tools.json`);
    const state = seen(wanted);
    return state === true ? [] : [`${name} ${wanted.version} (${state})`];
  });
  if (wrong.length === 0) return;
  const how = "make tools brings them where proof/ is; else install these versions (pipeline/tools.json)";
  throw new PipelineError("CONFIGURATION", `expected on PATH: ${wrong.join(", ")}; ${how}`);
}

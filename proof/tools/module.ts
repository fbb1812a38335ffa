import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Tool } from "pipeline/tools";

/** Modules that hold more than one tool. */
const SHARED: Record<string, string> = {
  "kyverno-cli": "kyverno",
  kubectl: "kubernetes",
  "kube-apiserver": "kubernetes",
};

/** Variables that the linker sets to the version: a module built by name knows its own, a dependency does not. */
const STAMPS: Record<string, (version: string) => string[]> = {
  crane: (version) => [`github.com/google/go-containerregistry/cmd/crane/cmd.Version=${version}`],
  syft: (version) => [`main.version=${version}`],
  grype: (version) => [`main.version=${version}`],
  kubeconform: (version) => [`main.version=v${version}`],
  kyverno: (version) => [`github.com/kyverno/kyverno/pkg/version.BuildVersion=v${version}`],
  kubernetes: (version) => {
    const [major = "", minor = ""] = version.split(".");
    const into = "k8s.io/component-base/version.";
    return [`${into}gitVersion=v${version}`, `${into}gitMajor=${major}`, `${into}gitMinor=${minor}`];
  },
};

/** Everything about building one tool from its pinned module. */
export type Build = {
  /** Holds go.mod and go.sum, and the source where it is our own. */
  folder: string;
  package: string;
  ldflags: string;
  /** SHA-256 of the files in `folder`, as pinned in pipeline/tools.json. */
  hash: string;
  /** The finished binary, outside the clone: other clones and later checkouts find it too. */
  binary: string;
};

/**
 * @param root folder of the modules; a test uses another one
 * @returns undefined for a tool that has no module
 */
export function buildOf(tool: Tool, root = import.meta.dirname): Build | undefined {
  if (tool.module === undefined) return undefined;
  const name = SHARED[tool.name] ?? tool.name;
  const folder = join(root, name);
  if (!existsSync(join(folder, "go.sum"))) return undefined;
  const hash = hashOf(folder);
  const ldflags = (STAMPS[name]?.(tool.version) ?? []).map((stamp) => `-X ${stamp}`).join(" ");
  const inputs = createHash("sha256").update(`${hash} ${ldflags}`).digest("hex").slice(0, 16);
  return { folder, package: tool.module, ldflags, hash, binary: join(cache(), `${name}-${inputs}`, tool.name) };
}

/** Finished binaries: `$XDG_CACHE_HOME/hardened-node-api/tools`. */
export function cache(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "hardened-node-api/tools");
}

function hashOf(folder: string): string {
  const hash = createHash("sha256");
  for (const file of globSync(["go.mod", "go.sum", "*.go"], { cwd: folder }).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex");
}

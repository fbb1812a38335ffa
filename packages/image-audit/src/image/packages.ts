import { posix } from "node:path";
import { z } from "zod";
import { isExecutable, type MergedView } from "./view.ts";

/** Installed packages: of the distribution (dpkg, apk) and of npm. */
export type PackageCount = { distribution: number; npm: number };

/** What the audit reads of a package.json. Anything else in it, and files that are not JSON, are ignored. */
const dependencies = z.record(z.string(), z.string()).catch({});
export const PackageManifest = z.object({
  name: z.string().optional().catch(undefined),
  version: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).catch({}).default({}),
  dependencies: dependencies.default({}),
  devDependencies: dependencies.default({}),
  optionalDependencies: dependencies.default({}),
  peerDependencies: dependencies.default({}),
  peerDependenciesMeta: z
    .record(z.string(), z.object({ optional: z.boolean().optional() }))
    .catch({})
    .default({}),
});
export type PackageManifest = z.infer<typeof PackageManifest>;

/** The package.json at that path, or undefined when it is missing, too large to have been kept, or not one. */
export function packageManifest(view: MergedView, path: string): PackageManifest | undefined {
  const text = view.get(path)?.entry.text;
  if (text === undefined) return undefined;
  try {
    return PackageManifest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The folder of an installed package: `…/node_modules/name` or `…/node_modules/@scope/name`. */
const packageFolder = /^.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)$/;

/** The name under which a folder is installed, or undefined when it is not a package's own folder. */
export function installedName(folder: string): string | undefined {
  return packageFolder.exec(folder)?.[1];
}

/**
 * Counts packages that a container sees. One npm package in two folders counts twice, as it is there twice; a folder
 * with a package.json inside a package (a subpath export) is not a package.
 */
export function countPackages(view: MergedView): PackageCount {
  let distribution = 0;
  let npm = 0;
  for (const [path, { entry }] of view) {
    if (entry.text === undefined) continue;
    if (posix.basename(path) === "package.json") npm += isInstalledPackage(view, path) ? 1 : 0;
    else distribution += distributionPackages(path, entry.text);
  }
  return { distribution, npm };
}

function isInstalledPackage(view: MergedView, path: string): boolean {
  if (installedName(posix.dirname(path)) === undefined) return false;
  const manifest = packageManifest(view, path);
  return manifest?.name !== undefined && manifest.version !== undefined;
}

function distributionPackages(path: string, text: string): number {
  if (path.startsWith("/var/lib/dpkg/status.d/")) return /^Package:/m.test(text) ? 1 : 0;
  // Removed packages whose configuration stays are in the file too.
  if (path === "/var/lib/dpkg/status") return text.match(/^Status: \S+ \S+ installed$/gm)?.length ?? 0;
  if (path.endsWith("/apk/db/installed")) return text.match(/^P:/gm)?.length ?? 0;
  return 0;
}

/** Counts what could be executed: files with an x bit that are ELF or start with #!. Symbolic links add nothing. */
export function countExecutables(view: MergedView): number {
  let executables = 0;
  for (const { entry } of view.values()) {
    if (entry.executable !== undefined && isExecutable(entry)) executables++;
  }
  return executables;
}

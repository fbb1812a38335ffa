import { posix } from "node:path";
import { appFiles } from "./app.ts";
import type { ImageConfig } from "./observation.ts";
import { installedName, type PackageManifest, packageManifest } from "./packages.ts";
import { type MergedView, resolvePath } from "./view.ts";

/** An app's own package: the folder of its package.json, which is in no node_modules. */
export type AppPackage = { folder: string; manifest: PackageManifest };

/** The app's packages; in a monorepo more than one. */
export function appPackages(view: MergedView, config: ImageConfig): AppPackage[] {
  return appFiles(view, config).flatMap(({ entry: { path } }) => {
    if (posix.basename(path) !== "package.json" || path.includes("/node_modules/")) return [];
    const manifest = packageManifest(view, path);
    return manifest === undefined ? [] : [{ folder: posix.dirname(path), manifest }];
  });
}

/**
 * Folders of the packages that the app needs to run, found as Node finds them: dependencies of dependencies, through
 * symbolic links (pnpm), up the node_modules folders (npm, yarn).
 * @param optionalPeers whether a package that another one can use, but does without, counts as needed
 */
export function productionFolders(
  view: MergedView,
  apps: readonly AppPackage[],
  { optionalPeers }: { optionalPeers: boolean },
): Set<string> {
  const reached = new Set<string>();
  const pending = apps.map(({ folder, manifest }) => ({ folder, manifest }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const name of neededNames(next.manifest, optionalPeers)) {
      const folder = lookUp(view, name, next.folder);
      if (folder === null || reached.has(folder)) continue;
      reached.add(folder);
      const manifest = packageManifest(view, posix.join(folder, "package.json"));
      if (manifest !== undefined) pending.push({ folder, manifest });
    }
  }
  return reached;
}

function neededNames(manifest: PackageManifest, optionalPeers: boolean): string[] {
  const isOptional = (name: string) => manifest.peerDependenciesMeta[name]?.optional === true;
  return [
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.optionalDependencies),
    ...Object.keys(manifest.peerDependencies).filter((name) => optionalPeers || !isOptional(name)),
  ];
}

function lookUp(view: MergedView, name: string, from: string): string | null {
  for (const folder of [from, ...parents(from)]) {
    if (posix.basename(folder) === "node_modules") continue;
    const found = resolvePath(view, posix.join(folder, "node_modules", name));
    if (found !== null) return found.path;
    // A folder that no layer names is there all the same when it has a package.json.
    const manifest = resolvePath(view, posix.join(folder, "node_modules", name, "package.json"));
    if (manifest !== null) return posix.dirname(manifest.path);
  }
  return null;
}

/** Installed packages that an app could load, hoisted, nested or in pnpm's store: real folder → name. */
export function reachableInstalls(view: MergedView, apps: readonly AppPackage[]): Map<string, string> {
  const trees = apps.flatMap(({ folder }) =>
    [folder, ...parents(folder)].map((parent) => `${posix.join(parent, "node_modules")}/`),
  );
  const installs = new Map<string, string>();
  for (const path of view.keys()) {
    if (!path.endsWith("/package.json")) continue;
    const folder = posix.dirname(path);
    const name = installedName(folder);
    if (name !== undefined && trees.some((tree) => folder.startsWith(tree))) installs.set(folder, name);
  }
  return installs;
}

function parents(folder: string): string[] {
  const parent = posix.dirname(folder);
  return parent === folder ? [] : [parent, ...parents(parent)];
}

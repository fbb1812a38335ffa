import { posix } from "node:path";
import { commandChain, nodeScript, resolveScript, shellLine, startCommand } from "./command.ts";
import type { ImageConfig } from "./observation.ts";
import { type MergedView, resolvePath, type Seen } from "./view.ts";

// Kernel file systems and places that are meant to be written: whatever lies there is no app code.
const transient = /^\/(dev|proc|sys|run|tmp|var\/(run|tmp))(\/|$)/;

/** The script that the image starts, without symbolic links, or null when none can be told from its configuration. */
export function entryScript(view: MergedView, config: ImageConfig): string | null {
  const innermost = commandChain(startCommand(config)).at(-1) ?? [];
  const line = shellLine(innermost);
  const argv =
    line === null
      ? innermost
      : line
          .trim()
          .replace(/^exec\s+/, "")
          .split(/\s+/);
  // docker-entrypoint.sh of the official image puts node before a first argument that is not a program.
  const script = nodeScript(argv) ?? (/\.[cm]?js$/.test(argv[0] ?? "") ? (argv[0] ?? null) : null);
  return script === null ? null : resolveScript(view, script, config.workingDir);
}

/**
 * Folders and files that hold the app, without symbolic links: WORKDIR, and the package that the entry script is in.
 * An app in / is its script, package.json and node_modules, not the whole root.
 */
export function appRoots(view: MergedView, config: ImageConfig): string[] {
  const script = entryScript(view, config);
  const roots = new Set<string>();
  const workingDir = resolvePath(view, config.workingDir)?.path ?? config.workingDir;
  for (const root of [workingDir, script === null ? "/" : packageFolderOf(view, script)]) {
    if (root !== "/" && !isTransient(root) && !isEmpty(view, root)) roots.add(root);
  }
  if (script !== null && ![...roots].some((root) => isUnder(script, root))) roots.add(script);
  if (script !== null && posix.dirname(script) === "/") roots.add("/package.json").add("/node_modules");
  return [...roots].filter((root) => ![...roots].some((other) => other !== root && isUnder(root, other)));
}

/**
 * Folders and files outside the roots that a symbolic link in them leads to: the app loads what is there as its own.
 * Without links to places that are meant to be written.
 */
export function linkedRoots(view: MergedView, roots: readonly string[]): string[] {
  const links = [...view.values()].filter(({ entry }) => entry.type === "symlink");
  const linked = new Set<string>();
  const within = (path: string) => [...roots, ...linked].some((root) => isUnder(path, root));
  // Behind a link there may be another one: until a round finds nothing new.
  for (let known = -1; known < linked.size; ) {
    known = linked.size;
    for (const { entry } of links) {
      const target = within(entry.path) ? resolvePath(view, entry.path)?.path : undefined;
      if (target !== undefined && target !== "/" && !within(target) && !isTransient(target)) linked.add(target);
    }
  }
  return [...linked];
}

// A WORKDIR that the base sets and the app does not use: /home/nonroot of distroless, the user's own.
function isEmpty(view: MergedView, folder: string): boolean {
  return ![...view.keys()].some((path) => path !== folder && isUnder(path, folder));
}

function packageFolderOf(view: MergedView, script: string): string {
  const start = posix.dirname(script);
  for (let folder = start; folder !== "/"; folder = posix.dirname(folder)) {
    if (view.has(posix.join(folder, "package.json"))) return folder;
  }
  return start;
}

/** Whether a path lies where nothing of the image is meant to stay. */
export function isTransient(path: string): boolean {
  return transient.test(path);
}

/** Everything that a container sees under the app's roots. */
export function appFiles(view: MergedView, config: ImageConfig): Seen[] {
  return filesUnder(view, appRoots(view, config));
}

/** Everything that a container sees at or under these paths. */
export function filesUnder(view: MergedView, roots: readonly string[]): Seen[] {
  return [...view.values()].filter(({ entry }) => roots.some((root) => isUnder(entry.path, root)));
}

/** Whether a path is that folder or lies in it. */
export function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

import { posix } from "node:path";
import type { ImageConfig } from "../observation.ts";
import { commandChain, nodeScript, resolveScript, shellLine, startCommand } from "./command.ts";
import { type MergedView, resolvePath, type Seen } from "./view.ts";

// Kernel file systems and places that are meant to be written: whatever lies there is no app code.
const notApp = /^\/(dev|proc|sys|run|tmp|var\/(run|tmp))(\/|$)/;

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
    if (root !== "/" && !notApp.test(root)) roots.add(root);
  }
  if (script !== null && ![...roots].some((root) => isUnder(script, root))) roots.add(script);
  if (script !== null && posix.dirname(script) === "/") roots.add("/package.json").add("/node_modules");
  return [...roots].filter((root) => ![...roots].some((other) => other !== root && isUnder(root, other)));
}

function packageFolderOf(view: MergedView, script: string): string {
  const start = posix.dirname(script);
  for (let folder = start; folder !== "/"; folder = posix.dirname(folder)) {
    if (view.has(posix.join(folder, "package.json"))) return folder;
  }
  return start;
}

/** Everything that a container sees under the app's roots. */
export function appFiles(view: MergedView, config: ImageConfig): Seen[] {
  const roots = appRoots(view, config);
  return [...view.values()].filter(({ entry }) => roots.some((root) => isUnder(entry.path, root)));
}

/** Whether a path is that folder or lies in it. */
export function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

import { posix } from "node:path";
import { appRoots, isUnder, linkedRoots } from "./app.ts";
import { locateProgram } from "./command.ts";
import type { ImageConfig } from "./observation.ts";
import { startedPrograms } from "./started.ts";
import { findExecutable, isExecutable, type MergedView, type Seen } from "./view.ts";

// The kernel starts the dynamic loader, and the loader the rest: their x bit is a habit of linkers.
const sharedObject = /\.so(\.[\d.]+)?$/;

/**
 * Programs and scripts that could be executed, are not the app's own, and that neither the start command nor the health
 * check names. A script whose interpreter is not in the image cannot be executed.
 */
export function unstartedPrograms(view: MergedView, config: ImageConfig): Seen[] {
  const started = startedFiles(view, config);
  const own = appRoots(view, config);
  const roots = [...own, ...linkedRoots(view, own)];
  return [...view.values()].filter(({ entry }) => {
    if (entry.executable === undefined || !isExecutable(entry)) return false;
    if (sharedObject.test(entry.path) || isNode(entry.path) || started.has(entry.path)) return false;
    if (roots.some((root) => isUnder(entry.path, root))) return false;
    return "path" in locateProgram(view, config, [entry.path]);
  });
}

function isNode(path: string): boolean {
  return posix.basename(path) === "node";
}

/** What the start command and the health check name, and the interpreters of the scripts among them. */
function startedFiles(view: MergedView, config: ImageConfig): Set<string> {
  const find = (name: string) => findExecutable(view, name, config.env["PATH"], config.workingDir);
  const files = new Set<string>();
  for (const { argv } of startedPrograms(view, config)) {
    const found = find(argv[0] ?? "");
    if (found === null) continue;
    for (const name of [found.path, ...(found.entry.interpreter ?? [])]) {
      const path = find(name)?.path;
      if (path !== undefined) files.add(path);
    }
  }
  return files;
}

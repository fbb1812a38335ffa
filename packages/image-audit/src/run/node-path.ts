import { commandChain, startCommand } from "../image/command.ts";
import type { ImageConfig, LayerIndex } from "../image/observation.ts";
import { findExecutable, isExecutable, mergeLayers } from "../image/view.ts";

/**
 * Absolute path of the Node that the image runs: the one its start command executes, behind an init or an entrypoint
 * script; else the one on its PATH; else any executable file of that name. Null when it has none.
 */
export function findNode(config: ImageConfig, layers: LayerIndex): string | null {
  const view = mergeLayers(layers.layers);
  const started = commandChain(startCommand(config)).map(([program]) => program ?? "");
  for (const name of [...started.filter((program) => /(^|\/)node(js)?$/.test(program)), "node"]) {
    const found = findExecutable(view, name, config.env["PATH"], config.workingDir);
    if (found !== null) return found.path;
  }
  for (const [path, { entry }] of view) if (path.endsWith("/node") && isExecutable(entry)) return path;
  return null;
}

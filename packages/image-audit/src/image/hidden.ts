import { posix } from "node:path";
import { isUnder } from "./app.ts";
import type { FileEntry, Layer } from "./observation.ts";
import type { MergedView } from "./view.ts";

/** A file that everybody who pulls the image has and no container sees. */
export type HiddenFile = { entry: FileEntry; layer: Layer };

/**
 * Regular files that a later layer overwrote or deleted. A file that lives on under a hard link's name is not one.
 * @param layers oldest first
 * @param view those layers put together
 */
export function hiddenFiles(layers: readonly Layer[], view: MergedView): HiddenFile[] {
  return layers.flatMap((layer) => {
    const links = new Map<string, string[]>();
    for (const { type, path, target = "" } of layer.files) {
      if (type === "hardlink") links.set(target, [...(links.get(target) ?? []), path]);
    }
    const isSeen = (path: string) => view.get(path)?.layer === layer;
    return layer.files
      .filter(({ type, size, path }) => type === "file" && size > 0 && !isSeen(path) && !links.get(path)?.some(isSeen))
      .map((entry) => ({ entry, layer }));
  });
}

/** The first of these layers that deletes the path, or a folder above it. */
export function deletedBy(path: string, later: readonly Layer[]): Layer | undefined {
  return later.find(({ files }) =>
    files.some(
      (entry) =>
        (entry.type === "whiteout" && isUnder(path, entry.path)) ||
        (entry.type === "opaque" && path !== entry.path && isUnder(path, entry.path)),
    ),
  );
}

/** The first of these layers that puts something else in the path's place, or in a folder's above it. */
export function overwrittenBy(path: string, later: readonly Layer[]): Layer | undefined {
  const above = new Set<string>();
  for (let folder = posix.dirname(path); folder !== "/"; folder = posix.dirname(folder)) above.add(folder);
  return later.find(({ files }) =>
    files.some(({ type, path: at }) => {
      if (type === "whiteout" || type === "opaque") return false;
      return at === path || (type !== "directory" && above.has(at));
    }),
  );
}

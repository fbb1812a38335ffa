import { posix } from "node:path";
import type { Observation } from "../observation.ts";
import type { FileEntry, Layer, LayerIndex } from "./observation.ts";

/** One file as a container sees it, and the layer it comes from. */
export type Seen = { entry: FileEntry; layer: Layer };

/** The root file system of a container, by absolute path: whiteouts applied, hard links given their target's facts. */
export type MergedView = ReadonlyMap<string, Seen>;

/** Puts the layers on top of each other, oldest first, as overlayfs does. */
export function mergeLayers(layers: readonly Layer[]): MergedView {
  const tree = new Tree();
  for (const layer of layers) {
    // A whiteout hides what lower layers hold, never what its own layer adds, wherever it stands in the tar.
    for (const { type, path } of layer.files) {
      if (type === "whiteout") tree.remove(path);
      if (type === "opaque") tree.empty(path);
    }
    for (const entry of layer.files) {
      if (entry.type !== "whiteout" && entry.type !== "opaque") tree.add(entry, layer);
    }
  }
  return tree.seen;
}

const views = new WeakMap<LayerIndex, MergedView>();

/** The merged view of an observation, made once for all checks. */
export function viewOf({ layers }: Observation): MergedView {
  const view = views.get(layers) ?? mergeLayers(layers.layers);
  views.set(layers, view);
  return view;
}

class Tree {
  readonly seen = new Map<string, Seen>();
  readonly #children = new Map<string, Set<string>>();

  add(entry: FileEntry, layer: Layer): void {
    // A file in the place of a directory takes everything below it away.
    if (entry.type !== "directory") this.empty(entry.path);
    const linked = entry.type === "hardlink" ? this.seen.get(entry.target ?? "") : undefined;
    if (linked === undefined) {
      this.seen.set(entry.path, { entry, layer });
    } else {
      // Both names are one file, and the engine applies the link's header to it: a link may make its target setuid.
      const { mode, uid, gid } = entry;
      const shared = { ...linked.entry, mode, uid, gid };
      this.seen.set(linked.entry.path, { entry: shared, layer });
      this.seen.set(entry.path, { entry: { ...shared, path: entry.path }, layer });
    }
    this.#connect(entry.path);
  }

  remove(path: string): void {
    this.empty(path);
    this.seen.delete(path);
    this.#children.get(posix.dirname(path))?.delete(path);
  }

  empty(path: string): void {
    for (const child of this.#children.get(path) ?? []) this.remove(child);
    this.#children.delete(path);
  }

  // Tars may leave directories out: the path is connected up to the root all the same.
  #connect(path: string): void {
    const parent = posix.dirname(path);
    if (parent === path) return;
    const siblings = this.#children.get(parent);
    if (siblings !== undefined) {
      siblings.add(path);
      return;
    }
    this.#children.set(parent, new Set([path]));
    this.#connect(parent);
  }
}

// As in the kernel: more symbolic links than this on one path are a loop (ELOOP).
const MAX_LINKS = 40;

/**
 * The path without symbolic links, or null when one of them is broken, loops, or the path does not exist.
 * A directory that no layer names but that has files does not exist here: nothing is known of it.
 * @param path absolute
 */
export function resolvePath(view: MergedView, path: string): (Seen & { path: string }) | null {
  let pending = path.split("/");
  let current = "/";
  for (let links = 0; pending.length > 0; ) {
    const [name = "", ...rest] = pending;
    pending = rest;
    // "..", too, is a step from where the links before it led, not an edit of the text.
    const next = posix.join(current, name);
    const target = view.get(next)?.entry.type === "symlink" ? view.get(next)?.entry.target : undefined;
    if (target === undefined) {
      current = next;
      continue;
    }
    if (++links > MAX_LINKS) return null;
    pending = [...target.split("/"), ...rest];
    if (target.startsWith("/")) current = "/";
  }
  const seen = view.get(current);
  return seen === undefined ? null : { path: current, ...seen };
}

/** Docker's search path for an image without PATH. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The file that the engine would execute, symbolic links followed, or null when there is none with an x bit.
 * @param searchPath value of PATH, used when `argv0` has no slash
 * @param workingDir what a relative path is relative to
 */
export function findExecutable(
  view: MergedView,
  argv0: string,
  searchPath = DEFAULT_PATH,
  workingDir = "/",
): (Seen & { path: string }) | null {
  const places = argv0.includes("/") ? [""] : searchPath.split(":");
  for (const place of places) {
    const found = resolvePath(view, posix.resolve("/", workingDir, place, argv0));
    if (found !== null && isExecutable(found.entry)) return found;
  }
  return null;
}

/** Whether the kernel would let somebody execute it: a regular file with an x bit. */
export function isExecutable(entry: FileEntry): boolean {
  return (entry.type === "file" || entry.type === "hardlink") && (entry.mode & 0o111) !== 0;
}

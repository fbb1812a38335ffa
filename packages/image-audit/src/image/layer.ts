import { posix } from "node:path";
import { type Extract, extract, type Header } from "tar-stream";
import { factsOf, type Reading, readingOf, SEARCHED_BYTES } from "./content.ts";
import { LargeFileSearch } from "./large-file.ts";
import type { FileEntry, FileType } from "./observation.ts";

/** What one layer's tar holds. `sizeBytes` counts regular files; a hard link adds nothing. */
export type LayerContent = { files: FileEntry[]; sizeBytes: number };

const XATTR = "SCHILY.xattr.";
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * A writable for one layer's uncompressed tar and, once it has all been written, what it holds.
 * Memory stays bounded: content is kept for one file at a time, at most 4 MiB.
 */
export function layerReader(): { tar: Extract; content: () => LayerContent } {
  const files: FileEntry[] = [];
  let sizeBytes = 0;
  const tar = extract();
  // Events rather than the async iterator: an image has tens of thousands of entries, and each costs several promises.
  tar.on("entry", (header, stream, next) => {
    const entry = entryOf(header);
    sizeBytes += entry.size;
    const reading = entry.type === "file" ? readingOf(entry.path, entry.size, entry.mode) : nothing;
    const search = entry.size > SEARCHED_BYTES ? new LargeFileSearch(entry.path) : undefined;
    const chunks: Buffer[] = [];
    let missing = reading.bytes;
    stream.on("error", () => undefined); // a layer that is cut off: the reader of the whole reports it
    stream.on("data", (chunk) => {
      if (!Buffer.isBuffer(chunk)) return;
      search?.write(chunk);
      if (missing <= 0) return;
      chunks.push(chunk);
      missing -= chunk.length;
    });
    stream.on("end", () => {
      if (chunks.length > 0) Object.assign(entry, factsOf(joined(chunks), entry.path, reading));
      const credentials = search?.end() ?? [];
      if (credentials.length > 0) entry.credentials = credentials;
      files.push(entry);
      next();
    });
  });
  return { tar, content: () => ({ files, sizeBytes }) };
}

const nothing: Reading = { bytes: 0, text: false, search: false, head: false, shell: false };

function joined(chunks: Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function entryOf(header: Header): FileEntry {
  const path = absolute(header.name);
  const pax = (header.pax ?? {}) as Record<string, string>;
  const xattrs = Object.entries(pax).filter(([name]) => name.startsWith(XATTR));
  return {
    ...marked(path, typeOf(header.type)),
    size: typeOf(header.type) === "file" ? header.size : 0,
    // Whatever a header says of a symbolic link, its mode is this.
    mode: header.type === "symlink" ? 0o777 : header.mode & 0o7777,
    // IDs above 2097151 do not fit the header: the extended header overrides it.
    uid: "uid" in pax ? Number(pax["uid"]) : header.uid,
    gid: "gid" in pax ? Number(pax["gid"]) : header.gid,
    ...(header.type === "link" ? { target: absolute(header.linkname) } : {}),
    ...(header.type === "symlink" ? { target: header.linkname } : {}),
    ...(xattrs.length > 0
      ? { xattrs: Object.fromEntries(xattrs.map(([name, value]) => [name.slice(XATTR.length), value])) }
      : {}),
  };
}

// https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
function marked(path: string, type: FileType): Pick<FileEntry, "path" | "type"> {
  const name = posix.basename(path);
  const directory = posix.dirname(path);
  if (name === OPAQUE) return { path: directory, type: "opaque" };
  if (name.startsWith(WHITEOUT)) return { path: posix.join(directory, name.slice(WHITEOUT.length)), type: "whiteout" };
  return { path, type };
}

function typeOf(type: Header["type"] | null): FileType {
  switch (type) {
    case "file":
    case "contiguous-file":
      return "file";
    case "link":
      return "hardlink";
    case "symlink":
    case "directory":
      return type;
    default:
      return "other";
  }
}

// A name is the image author's: joining it to the root first keeps "../../etc" inside.
function absolute(name: string): string {
  const path = posix.join("/", name);
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

import { credentialPatterns } from "./credentials.ts";
import type { FileEntry } from "./observation.ts";
import { secretsIn } from "./secrets.ts";
import { shellIn } from "./shells.ts";

/** Files up to this size are searched for secrets. */
export const SEARCHED_BYTES = 1_048_576;
// The package database of a full distribution image passes 1 MiB.
const KEPT_BYTES = 4_194_304;
// Enough for a magic number and the longest shebang line that Linux reads (BINPRM_BUF_SIZE).
const HEAD_BYTES = 256;

const kept = [
  /^\/etc\/(passwd|group|os-release)$/,
  /^\/usr\/lib\/os-release$/,
  /^\/var\/lib\/dpkg\/status$/,
  /^\/var\/lib\/dpkg\/status\.d\/(?!.*\.md5sums$)[^/]+$/,
  /^\/(usr\/)?lib\/apk\/db\/installed$/,
  /\/package\.json$/,
];

// One path a line in /var/lib/dpkg/info; in distroless, which has no such lists, behind a checksum.
const fileList = /^\/var\/lib\/dpkg\/(info\/[^/]+\.list|status\.d\/[^/]+\.md5sums)$/;
// In a lib folder programs are rare, and known by a name without an ending.
const programLine = /^(?:[0-9a-f]{32} +)?\/?((?:.*\/)?(?:(?:s?bin|libexec|games)\/.+|lib\/(?:.*\/)?[^/.]+))$/gm;

/** What the probe has to read of a regular file. */
export type Reading = { bytes: number; text: boolean; search: boolean; head: boolean; shell: boolean };

/** Decides from name, size and mode alone, before any content arrives. */
export function readingOf(path: string, size: number, mode: number): Reading {
  const text = size <= KEPT_BYTES && kept.some((pattern) => pattern.test(path));
  const search = size > 0 && size <= SEARCHED_BYTES;
  const head = (mode & 0o111) !== 0;
  // Every shell known here is smaller.
  const shell = head && size <= KEPT_BYTES && !/\.so(\.|$)/.test(path);
  const whole = text || search || shell;
  return { bytes: whole ? size : head ? Math.min(size, HEAD_BYTES) : 0, text, search, head, shell };
}

type Facts = Pick<FileEntry, "text" | "executable" | "interpreter" | "programs" | "secrets" | "credentials" | "shell">;

/** The facts of a file's content. Only `text` keeps any of it. */
export function factsOf(content: Buffer, path: string, reading: Reading): Facts {
  const elf = isElf(content);
  const secrets = reading.search ? secretsIn(content, path) : [];
  // In a compiled program, what looks like a token is a table of something else.
  const credentials = reading.search && !elf ? secretsIn(content, path, credentialPatterns) : [];
  const shell = reading.shell && elf ? shellIn(content) : undefined;
  return {
    ...(reading.text ? { text: content.toString("utf8") } : {}),
    ...(reading.head ? executableOf(content) : {}),
    ...(reading.search && fileList.test(path) ? { programs: programsIn(content) } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(credentials.length > 0 ? { credentials } : {}),
    ...(shell === undefined ? {} : { shell }),
  };
}

/** Whether content, or its beginning, is that of a compiled program or library. */
export function isElf(content: Buffer): boolean {
  return content.subarray(0, 4).toString("latin1") === "\x7fELF";
}

function programsIn(content: Buffer): string[] {
  return [...content.toString("utf8").matchAll(programLine)].map(([, path]) => `/${path}`);
}

function executableOf(content: Buffer): Pick<FileEntry, "executable" | "interpreter"> {
  if (isElf(content)) return { executable: "elf" };
  const line = /^#![ \t]*([^\s]+)(?:[ \t]+([^\n]*?))?[ \t\r]*\n/.exec(content.subarray(0, HEAD_BYTES).toString("utf8"));
  if (line?.[1] !== undefined) {
    return { executable: "script", interpreter: line[2] ? [line[1], line[2]] : [line[1]] };
  }
  return content.subarray(0, 2).toString("latin1") === "#!" ? { executable: "script" } : {};
}

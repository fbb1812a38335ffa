import type { Digest } from "../outcome.ts";

/** The image as it was named and as the engine knows it. */
export type ImageRef = { reference: string; id: Digest };

/** The part of the image configuration that decides how it runs. Times are milliseconds. */
export type ImageConfig = {
  architecture: string;
  os: string;
  created: string | null;
  user: string;
  env: Record<string, string>;
  entrypoint: string[];
  cmd: string[];
  workingDir: string;
  exposedPorts: string[];
  labels: Record<string, string>;
  stopSignal: string | null;
  /** `test` as stored: ["NONE"], ["CMD", …] or ["CMD-SHELL", "…"]; null when there is none. */
  healthcheck: { test: string[]; intervalMs?: number; timeoutMs?: number; retries?: number } | null;
  /** One line per history entry, oldest first; `layer` is null where the entry made none. */
  history: { instruction: string; layer: Digest | null }[];
};

export type FileType = "file" | "directory" | "symlink" | "hardlink" | "whiteout" | "opaque" | "other";

/**
 * One entry of one layer. Paths are absolute and normalised ("/app/dist/main.js"); a whiteout's is the path it deletes,
 * an opaque entry's the directory it empties.
 */
export type FileEntry = {
  path: string;
  type: FileType;
  /** Bytes of a regular file, else 0. */
  size: number;
  /** Permission bits, with setuid, setgid and sticky (0o7777). */
  mode: number;
  uid: number;
  gid: number;
  /** Target of a symbolic or hard link, as stored (a hard link's is normalised like a path). */
  target?: string;
  /** What an executable file is; absent for anything that is neither ELF nor starts with #!. */
  executable?: "elf" | "script";
  /** A script's first line: program and, if there is one, the argument ("#!/usr/bin/env node"). */
  interpreter?: string[];
  /** Content, for the few files checks read (passwd, group, package.json, dpkg status, os-release …), at most 4 MiB. */
  text?: string;
  /** Of a dpkg file list: the paths that lie where programs do. */
  programs?: string[];
  /** Names of the secret patterns that matched this file's content; the content itself is never kept. */
  secrets?: string[];
  /** The same for patterns that came later, and for all of them in files over 1 MiB. */
  credentials?: string[];
  /** The shell that a program is by its content, whatever its name: "busybox", "dash" … */
  shell?: string;
  /** File capabilities and other extended attributes, by name; the value of a binary one is not exact. */
  xattrs?: Record<string, string>;
};

/**
 * One layer, oldest first. `digest` is that of the uncompressed tar (the diff ID), the same in every engine; `sizeBytes`
 * counts regular files, hard links once.
 */
export type Layer = { digest: Digest; instruction: string; sizeBytes: number; files: FileEntry[] };

/** Every layer as it was stored: `mergeLayers` gives what a container sees. */
export type LayerIndex = { layers: Layer[]; sizeBytes: number };

import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { type FileHandle, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, RequestError, StartError } from "./errors.ts";

// The process that made it is in the name, so that a later one can tell what nobody will finish.
const stagingName = /^upload-(\d+)-[0-9a-f-]{36}$/;

/** Sizes in bytes. */
export type StagingLimits = { tmpdir: string; uploadLimitBytes: number; stagedLimitBytes: number };

/** The staging files of all uploads and the budget they share. */
export class StagingArea {
  readonly limits: StagingLimits;
  readonly #paths = new Set<string>();
  #stagedBytes = 0;
  #reservedBytes = 0;

  constructor(limits: StagingLimits) {
    this.limits = limits;
  }

  /** Bytes of all uploads that are staged now. */
  get stagedBytes(): number {
    return this.#stagedBytes;
  }

  /**
   * Proves that TMPDIR can be written by writing: permission bits say nothing about a read-only mount.
   * @throws StartError `TMPDIR_UNWRITABLE`
   */
  async check(): Promise<void> {
    try {
      await using _file = await this.open();
    } catch (cause) {
      const { tmpdir } = this.limits;
      const message = `TMPDIR: expected a directory this user can write, got ${errnoOf(cause)} for "${tmpdir}"; mount a writable directory there or set TMPDIR.`;
      throw new StartError("TMPDIR_UNWRITABLE", message, { cause });
    }
  }

  /**
   * Removes the staging files of processes that are gone: a SIGKILL leaves them, and a volume that outlives the container
   * keeps them. Call it before the first upload, when a file with our own number is of a process that had it before us.
   * @returns how many
   */
  async sweep(): Promise<number> {
    const { tmpdir } = this.limits;
    const left = (await readdir(tmpdir)).filter((name) => isGone(Number(stagingName.exec(name)?.[1] ?? Number.NaN)));
    const removed = await Promise.allSettled(left.map((name) => rm(join(tmpdir, name)))); // of a link, the link
    return removed.filter(({ status }) => status === "fulfilled").length;
  }

  /**
   * Creates an empty staging file. Disposing of it closes and removes it and gives its bytes back.
   * @param announced its size as far as known. Reserved at once: of a burst that does not fit as a whole, the first ones
   * succeed and the others are told at once. With what came so far as the measure, all would grow until all failed.
   */
  async open(announced = 0): Promise<StagedFile> {
    this.reserve(announced);
    const path = join(this.limits.tmpdir, `upload-${process.pid}-${randomUUID()}`);
    this.#paths.add(path);
    try {
      // Exclusive: never follow a link or reuse a file planted under that name. 0600: uploads are nobody else's.
      const handle = await open(path, "wx", 0o600);
      return new StagedFile(this, handle, path, announced);
    } catch (error) {
      this.#reservedBytes -= announced;
      this.#paths.delete(path);
      throw fullOr(error);
    }
  }

  /** @throws RequestError `STORAGE_FULL` when all uploads together would pass the limit */
  reserve(bytes: number): void {
    if (this.#reservedBytes + bytes > this.limits.stagedLimitBytes) {
      throw new RequestError("STORAGE_FULL", "Too many bytes are being staged at the moment; try again later.");
    }
    this.#reservedBytes += bytes;
  }

  count(bytes: number): void {
    this.#stagedBytes += bytes;
  }

  async release(path: string, bytes: { staged: number; reserved: number }): Promise<void> {
    await rm(path, { force: true });
    this.#paths.delete(path);
    this.#stagedBytes -= bytes.staged;
    this.#reservedBytes -= bytes.reserved;
  }

  /** Removes what is left, at once: the process is about to end and nothing asynchronous would run any more. */
  removeAll(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }
}

/** One upload's file. */
export class StagedFile implements AsyncDisposable {
  readonly #area: StagingArea;
  readonly #handle: FileHandle;
  readonly #path: string;
  #reserved: number;
  #size = 0;

  constructor(area: StagingArea, handle: FileHandle, path: string, reserved: number) {
    this.#reserved = reserved;
    this.#area = area;
    this.#handle = handle;
    this.#path = path;
  }

  /** Bytes appended so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends one chunk; resolves when the kernel has it, so a caller that awaits never buffers more than one chunk.
   * @throws RequestError `UPLOAD_TOO_LARGE`, `STORAGE_FULL`
   */
  async append(chunk: Uint8Array): Promise<void> {
    const size = this.#size + chunk.byteLength;
    assertFits(size, this.#area.limits.uploadLimitBytes);
    this.#area.reserve(Math.max(0, size - this.#reserved));
    this.#reserved = Math.max(size, this.#reserved);
    this.#area.count(chunk.byteLength);
    this.#size = size;
    try {
      await this.#handle.appendFile(chunk);
    } catch (error) {
      throw fullOr(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await this.#area.release(this.#path, { staged: this.#size, reserved: this.#reserved });
    }
  }
}

/** @throws RequestError `UPLOAD_TOO_LARGE` */
export function assertFits(bytes: number, limitBytes: number): void {
  if (bytes > limitBytes) throw new RequestError("UPLOAD_TOO_LARGE", `An upload may have at most ${limitBytes} bytes.`);
}

function isGone(pid: number): boolean {
  try {
    return pid === process.pid || !process.kill(pid, 0); // sends nothing, only asks
  } catch (error) {
    return errnoOf(error) === "ESRCH";
  }
}

function fullOr(error: unknown): unknown {
  if (errnoOf(error) !== "ENOSPC" && errnoOf(error) !== "EDQUOT") return error;
  return new RequestError("STORAGE_FULL", "The staging directory is full; try again later.", { cause: error });
}

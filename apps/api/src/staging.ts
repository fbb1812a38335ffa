import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { type FileHandle, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, RequestError, StartError } from "./errors.ts";

// The process that made it is in the name, so that a later one can tell what nobody will finish.
const stagingName = /^upload-(\d+)-[0-9a-f-]{36}$/;

/** Sizes in bytes. */
export type StagingLimits = { tmpdir: string; uploadLimitBytes: number; stagedLimitBytes: number };

/** What one upload holds: the name of its file, and in bytes what it has reserved and what it has written. */
export type Share = { readonly path: string; reserved: number; written: number };

/** The staging files of all uploads and the budget they share. */
export class StagingArea {
  readonly limits: StagingLimits;
  readonly #shares = new Set<Share>();

  constructor(limits: StagingLimits) {
    this.limits = limits;
  }

  /** Bytes of all uploads that are staged now. */
  get stagedBytes(): number {
    return this.#sum("written");
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
    const share: Share = {
      path: join(this.limits.tmpdir, `upload-${process.pid}-${randomUUID()}`),
      reserved: 0,
      written: 0,
    };
    this.reserve(share, announced);
    this.#shares.add(share);
    try {
      // Exclusive: never follow a link or reuse a file planted under that name. 0600: uploads are nobody else's.
      return new StagedFile(this, await open(share.path, "wx", 0o600), share);
    } catch (error) {
      this.#shares.delete(share);
      throw fullOr(error);
    }
  }

  /**
   * Reserves for an upload of that size what it has not reserved yet.
   * @throws RequestError `STORAGE_FULL` when all uploads together would pass the limit
   */
  reserve(share: Share, bytes: number): void {
    const more = Math.max(0, bytes - share.reserved);
    if (this.#sum("reserved") + more > this.limits.stagedLimitBytes) {
      throw new RequestError("STORAGE_FULL", "Too many bytes are being staged at the moment; try again later.");
    }
    share.reserved += more;
  }

  async release(share: Share): Promise<void> {
    await rm(share.path, { force: true });
    this.#shares.delete(share);
  }

  /** Removes what is left, at once: the process is about to end and nothing asynchronous would run any more. */
  removeAll(): void {
    for (const { path } of this.#shares) rmSync(path, { force: true });
  }

  // Added up each time: MAX_IN_FLIGHT bounds how many there are, and a running total could drift.
  #sum(bytes: "reserved" | "written"): number {
    return [...this.#shares].reduce((sum, share) => sum + share[bytes], 0);
  }
}

/** One upload's file. */
export class StagedFile implements AsyncDisposable {
  readonly #area: StagingArea;
  readonly #handle: FileHandle;
  readonly #share: Share;

  constructor(area: StagingArea, handle: FileHandle, share: Share) {
    this.#area = area;
    this.#handle = handle;
    this.#share = share;
  }

  /** Bytes appended so far. */
  get size(): number {
    return this.#share.written;
  }

  /**
   * Appends one chunk; resolves when the kernel has it, so a caller that awaits never buffers more than one chunk.
   * @throws RequestError `UPLOAD_TOO_LARGE`, `STORAGE_FULL`
   */
  async append(chunk: Uint8Array): Promise<void> {
    const size = this.size + chunk.byteLength;
    assertFits(size, this.#area.limits.uploadLimitBytes);
    this.#area.reserve(this.#share, size);
    this.#share.written = size;
    try {
      await this.#handle.appendFile(chunk);
    } catch (error) {
      throw fullOr(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close().finally(() => this.#area.release(this.#share));
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

import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Run, removeStarted } from "pipeline/started";
import { ToolError } from "../errors.ts";

const PREFIX = "bases-";
const OWNER = "owner";

/**
 * A temporary folder and the commands that work in it. The run ends the commands; the folder goes when the process
 * ends, also after INT and TERM. What a SIGKILL leaves is known by its owner's process ID and start time, and the next
 * one removes it.
 */
export class Workplace {
  readonly folder: string;
  readonly #run: Run;
  readonly #remove = () => removeFolder(this.folder);

  /** @param parent folder that may be created, on a disk with room for about 4 GB */
  constructor(run: Run, parent: string) {
    this.#run = run;
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) if (name.startsWith(PREFIX)) removeIfOrphan(join(parent, name));
    this.folder = join(parent, PREFIX + process.pid);
    process.once("exit", this.#remove);
    mkdirSync(this.folder);
    writeFileSync(join(this.folder, OWNER), `${process.pid} ${startTime(process.pid)} ${run.id}`);
  }

  /**
   * Runs a command, its output in a log.
   * @param what one word for messages, also the log's name
   * @throws ToolError with the log's last lines
   */
  async run(
    what: string,
    command: string,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<void> {
    const log = join(this.folder, `${what}.log`);
    const output = openSync(log, "w");
    const env = { ...process.env, TMPDIR: this.folder, ...options.env };
    const child = this.#run.spawn(command, args, { ...options, env, stdio: ["ignore", output, output] });
    closeSync(output);
    const status = await new Promise<number | string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
    });
    if (status !== 0)
      throw new ToolError(`expected ${what} to succeed, it ended with ${status}:\n${lastLines(log, 12)}`);
  }

  /** Removes the folder; the commands must have ended. */
  [Symbol.dispose](): void {
    process.off("exit", this.#remove);
    this.#remove();
  }
}

/** Last lines of a log, for a message. */
export function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return "(no output)";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}

/** Mount points inside a folder, deepest first. */
export function mountsUnder(folder: string, mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4]?.replaceAll("\\040", " ") ?? "")
    .filter((point) => point.startsWith(`${folder}/`))
    .reverse();
}

function removeFolder(folder: string): void {
  // A mount of the machine's /proc or /dev below the folder must never be removed recursively.
  const mounts = existsSync("/proc/self/mountinfo")
    ? mountsUnder(folder, readFileSync("/proc/self/mountinfo", "utf8"))
    : [];
  if (mounts.length > 0)
    throw new ToolError(`expected no mounts in ${folder}, got ${mounts.join(", ")}: umount them, then repeat`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }); // a killed command may still write
}

function removeIfOrphan(folder: string): void {
  const owner = existsSync(join(folder, OWNER)) ? readFileSync(join(folder, OWNER), "utf8") : "";
  const [pid, started, id] = owner.split(" ");
  if (pid && started && startTime(Number(pid)) === started) return;
  if (id) removeStarted(id); // its commands outlived it and still work in the folder
  removeFolder(folder);
}

/** Start time of a process in clock ticks since boot, "" when it is gone: tells a reused process ID apart. */
export function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { PipelineError } from "./errors.ts";

/** Everything a command starts carries this label; its value is the run's ID. */
export const RUN_LABEL = "hardened-node-api.run";

/** Ctrl-C, a polite kill, and a terminal that is closed. */
const ENDS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const RECORDS = join(import.meta.dirname, "../out/run");

/** A process as recorded: the start time tells it from a later one that got the same number. */
type ProcessRecord = { pid: number; started: string };

/** What one command started. Ends with `close`, on SIGINT and SIGTERM, or later by `make clean`. */
export class Run {
  readonly id: string;
  readonly folder: string;
  readonly labels: Record<string, string>;
  /** Done first on an interrupt: a chance to end well before everything is removed. */
  beforeRemoval: () => void = () => undefined;
  readonly #interruption = new AbortController();
  readonly #processes: ProcessRecord[] = [];
  readonly #onSignal: (signal: NodeJS.Signals) => void;

  constructor(command: string) {
    this.id = `${command}-${process.pid}-${Date.now().toString(36)}`;
    this.folder = join(RECORDS, this.id);
    this.labels = { [RUN_LABEL]: this.id };
    mkdirSync(this.folder, { recursive: true });
    this.#onSignal = (signal) => {
      process.stderr.write(`\n${signal}: removing what ${command} started\n`);
      this.beforeRemoval();
      this.#interruption.abort(new PipelineError("INTERRUPTED", `${command} was interrupted by ${signal}`));
      this.close();
      process.exit(128 + constants.signals[signal]);
    };
    for (const signal of ENDS) process.on(signal, this.#onSignal);
  }

  /** Aborted when the run is interrupted; pass it to whatever waits. */
  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  /** Starts a host process in a group of its own and records it before anything can interrupt. */
  spawn(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, { ...options, detached: true });
    const started = child.pid === undefined ? undefined : startTimeOf(child.pid);
    if (child.pid !== undefined && started !== undefined) {
      this.#processes.push({ pid: child.pid, started });
      const file = join(this.folder, "processes.json");
      writeFileSync(`${file}.part`, JSON.stringify(this.#processes));
      renameSync(`${file}.part`, file);
    }
    return child;
  }

  /** Removes all of it, and its record. */
  close(): void {
    for (const signal of ENDS) process.off(signal, this.#onSignal);
    removeStarted(this.id);
  }
}

/** IDs of the runs that have a record, ended or not. */
export function recordedRuns(): string[] {
  return listing(RECORDS);
}

/**
 * Removes what runs started: processes by their record, then containers, networks and volumes by label.
 * @param id one run; without it every run ever recorded or labelled
 * @returns what was removed, one line each
 */
export function removeStarted(id?: string): string[] {
  const removed: string[] = [];
  for (const run of id === undefined ? recordedRuns() : [id]) {
    for (const record of readProcesses(run)) if (stop(record)) removed.push(`process ${record.pid}`);
  }
  for (const kind of ["container", "network", "volume"] as const) removed.push(...removeLabelled(kind, id));
  rmSync(id === undefined ? RECORDS : join(RECORDS, id), { recursive: true, force: true });
  return removed;
}

function removeLabelled(kind: "container" | "network" | "volume", id: string | undefined): string[] {
  const filter = `label=${RUN_LABEL}${id === undefined ? "" : `=${id}`}`;
  const names = docker(kind, "ls", "--quiet", ...(kind === "container" ? ["--all"] : []), "--filter", filter);
  if (names.length > 0) docker(kind, "rm", "--force", ...(kind === "container" ? ["--volumes"] : []), ...names);
  return names.map((name) => `${kind} ${name}`);
}

/** Output lines; none where no engine answers, since then nothing of ours can be running in it. */
function docker(...args: string[]): string[] {
  try {
    const output = execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return output.split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}

function stop({ pid, started }: ProcessRecord): boolean {
  if (startTimeOf(pid) !== started) return false;
  try {
    process.kill(-pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** Start time as the system prints it; undefined when there is no such process. Works on Linux and macOS. */
function startTimeOf(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readProcesses(run: string): ProcessRecord[] {
  try {
    return JSON.parse(readFileSync(join(RECORDS, run, "processes.json"), "utf8")) as ProcessRecord[];
  } catch {
    return []; // none was started, or the run was killed before its first record was whole
  }
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

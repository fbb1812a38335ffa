import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { PipelineError } from "./errors.ts";

/** Everything a command starts carries this label; its value is the run's folder, so that it also names the clone. */
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
  /** Set as the last thing by a command whose servers go on: only `removeStarted` or `make clean` ends them. */
  outlives = false;
  readonly #command: string;
  readonly #interruption = new AbortController();
  readonly #processes: ProcessRecord[] = [];
  readonly #onSignal: (signal: NodeJS.Signals) => void;

  constructor(command: string) {
    this.#command = command;
    this.id = `${command}-${process.pid}-${Date.now().toString(36)}`;
    this.folder = join(RECORDS, this.id);
    this.labels = { [RUN_LABEL]: this.folder };
    this.#onSignal = (signal) => {
      process.stderr.write(`\n${signal}: removing what ${command} started\n`);
      this.beforeRemoval();
      this.#interruption.abort(new PipelineError("INTERRUPTED", `${command} was interrupted by ${signal}`));
      this.close();
      process.exit(128 + constants.signals[signal]);
    };
    for (const signal of ENDS) process.on(signal, this.#onSignal);
    mkdirSync(this.folder, { recursive: true });
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

  /**
   * For a command whose files have one place in the checkout. A record whose process is gone blocks nobody.
   * @param what the command as typed
   * @throws PipelineError BUSY when another run of it goes on
   */
  alone(what: string): void {
    const mark = (pid: number) => `${this.#command} ${pid} ${startTimeOf(pid)}`;
    writeFileSync(join(this.folder, "alone"), mark(process.pid)); // before it looks: of two at once none overlooks the other
    for (const id of recordedRuns().filter((other) => other !== this.id)) {
      const pid = Number(id.split("-").at(-2));
      if (readRecord(id, "alone") !== mark(pid)) continue;
      throw new PipelineError("BUSY", `another ${what} (process ${pid}) runs in this clone: wait for it or end it`);
    }
  }

  /** Removes all of it, and its record. A second signal waits for that. */
  close(): void {
    removeStarted(this.id);
    for (const signal of ENDS) process.off(signal, this.#onSignal);
  }
}

/** IDs of the runs that have a record, ended or not. */
export const recordedRuns = (): string[] => (existsSync(RECORDS) ? readdirSync(RECORDS) : []);

/**
 * Removes what runs started: processes by their record, then containers, networks and volumes by label.
 * @param id one run; without it every run that this clone ever recorded or labelled
 * @returns what was removed, one line each
 */
export function removeStarted(id?: string): string[] {
  const removed: string[] = [];
  const folder = id === undefined ? undefined : join(RECORDS, id);
  for (const run of id === undefined ? recordedRuns() : [id]) {
    for (const record of readProcesses(run)) if (stop(record)) removed.push(`process ${record.pid}`);
  }
  for (const kind of ["container", "network", "volume"] as const) removed.push(...removeLabelled(kind, folder));
  rmSync(folder ?? RECORDS, { recursive: true, force: true });
  return removed;
}

/** By label alone: of one folder, or of all in this clone. Several clones may share an engine. */
export function removeLabelled(kind: "container" | "network" | "volume", folder?: string): string[] {
  const [name, more] = kind === "volume" ? ["Name", []] : ["ID", kind === "container" ? ["--all"] : []];
  const format = `--format={{.${name}}}\t{{.Label "${RUN_LABEL}"}}`;
  const names = engineLines(kind, "ls", ...more, format, `--filter=label=${RUN_LABEL}`)
    .map((line) => line.split("\t"))
    .filter(([, value = ""]) => (folder === undefined ? dirname(value) === RECORDS : value === folder))
    .map(([found = ""]) => found);
  if (names.length > 0) engineLines(kind, "rm", "--force", ...(kind === "container" ? ["--volumes"] : []), ...names);
  return names.map((found) => `${kind} ${found}`);
}

/** Lines that `docker` prints; none where no engine answers, since then nothing of ours can be in it. */
export const engineLines = (...args: string[]): string[] => asked("docker", args).split(/\n/).filter(Boolean);

function stop({ pid, started }: ProcessRecord): boolean {
  if (startTimeOf(pid) !== started) return false;
  try {
    return process.kill(-pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Start time as the system prints it; undefined when there is no such process. Works on Linux and macOS. */
function startTimeOf(pid: number): string | undefined {
  return asked("ps", ["-o", "lstart=", "-p", String(pid)]).trim() || undefined;
}

/**
 * What a program prints that is asked while something is recorded or removed: in a group of its own, since Ctrl-C in a
 * terminal must not end it. One that came before it had that group did end it, so it is asked again.
 */
function asked(command: string, args: readonly string[]): string {
  const options = { encoding: "utf8" as const, detached: true, env: { ...process.env, LC_ALL: "C" } };
  let answer = spawnSync(command, args, options);
  while (ENDS.some((end) => end === answer.signal)) answer = spawnSync(command, args, options);
  return answer.stdout ?? "";
}

function readProcesses(run: string): ProcessRecord[] {
  try {
    return JSON.parse(readRecord(run, "processes.json")) as ProcessRecord[];
  } catch {
    return []; // none was started, or the run was killed before its first record was whole
  }
}

function readRecord(run: string, file: string): string {
  const path = join(RECORDS, run, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { lastLines } from "../bases/workplace.ts";
import { ToolError } from "../errors.ts";

/** Where the daemon and its containerd note their process ID, and the name that process must have. */
const PID_FILES = [
  { file: "/run/docker.pid", name: "dockerd" },
  { file: "/run/docker/containerd/containerd.pid", name: "containerd" },
];
const LOG = "/var/log/hardened-node-api-dockerd.log";
const SBIN = ":/usr/local/sbin:/usr/sbin:/sbin";

/**
 * What a noted process ID is: `running` when it is alive under that name; `other` when a later process got the same
 * number, which makes the daemon refuse to start; `dead` when it is gone.
 * @param comm name of a live process, undefined when there is none
 */
export function judgePid(
  text: string,
  name: string,
  comm: (pid: number) => string | undefined,
): "running" | "other" | "dead" {
  const pid = Number.parseInt(text, 10);
  const alive = Number.isInteger(pid) ? comm(pid) : undefined;
  if (alive === undefined) return "dead";
  return alive === name ? "running" : "other";
}

/** Removes the notes of processes that are not what the note says; returns whether the daemon itself still runs. */
export function clearStalePids(say: (line: string) => void, files = PID_FILES, comm = commOf): boolean {
  let running = false;
  for (const { file, name } of files) {
    if (!existsSync(file)) continue;
    const state = judgePid(readFileSync(file, "utf8"), name, comm);
    if (state === "running") running ||= name === "dockerd";
    else {
      say(`removing ${file}: ${state === "dead" ? "its process is gone" : `its process is not ${name}`}`);
      rmSync(file);
    }
  }
  return running;
}

/**
 * Starts the installed engine and waits until it answers. It outlives this command on purpose: it is the machine's.
 * @throws ToolError with the log's last lines when it ends or stays silent
 */
export async function start(systemd: boolean, say: (line: string) => void): Promise<void> {
  if (systemd) {
    say("starting the engine: systemctl start docker");
    const failed = await run("systemctl", ["start", "docker"]);
    if (failed !== undefined)
      throw new ToolError(`expected systemctl to start docker, it did not: ${failed}; journalctl -u docker says why`);
    return waitForAnswer(undefined, "journalctl -u docker");
  }
  const socket = "/run/docker.sock";
  if (existsSync(socket) && statSync(socket).isDirectory()) {
    throw new ToolError(
      `expected ${socket} to be a socket, got a folder (a bind mount made it while no engine ran): rmdir it, then repeat`,
    );
  }
  if (clearStalePids(say)) {
    say("the engine is on its way; waiting for it");
    return waitForAnswer(undefined, LOG);
  }
  say(`starting the engine: dockerd, log in ${LOG}`);
  const log = openSync(LOG, "a");
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}${SBIN}` };
  const child = spawn("dockerd", [], { cwd: "/", env, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  return waitForAnswer(child, LOG);
}

/** Polls `docker info`; a daemon that ends is noticed at once. `host`: another engine than the machine's. */
export async function waitForAnswer(
  child: ChildProcess | undefined,
  log: string,
  limitMs = 30_000,
  host?: string,
): Promise<void> {
  const args = [...(host === undefined ? [] : ["--host", host]), "info"];
  const ended = new AbortController();
  child?.once("error", () => ended.abort()).once("exit", () => ended.abort());
  const deadline = performance.now() + limitMs;
  while ((await run("docker", args)) !== undefined) {
    const tail = existsSync(log) ? `; its last lines:\n${lastLines(log, 8)}` : `; see ${log}`;
    if (ended.signal.aborted) throw new ToolError(`expected dockerd to keep running, it ended${tail}`);
    if (performance.now() > deadline)
      throw new ToolError(`expected the engine to answer within ${limitMs / 1000} s, it did not${tail}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Why a command failed; undefined when it succeeded. */
function run(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 20_000 }, (error, _, stderr) =>
      resolve(error === null ? undefined : stderr.trim() || error.message),
    );
  });
}

function commOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

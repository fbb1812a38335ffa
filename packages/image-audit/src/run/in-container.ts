import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Workload } from "../workload.ts";
import type { NodeProcess, Process, Signalled } from "./observation.ts";
import type { ProbedContainer } from "./probed-container.ts";

/** Scripts that the image's own Node runs inside the container; no shell is needed there. */
function scriptNamed(name: string): string {
  return readFileSync(new URL(`./in-container/${name}.cjs`, import.meta.url), "utf8");
}

/** The TLS rung starts these as the container itself. */
export const tlsScripts = { driver: scriptNamed("tls-driver"), client: scriptNamed("tls-client") };
const scripts = {
  processes: scriptNamed("processes"),
  mounts: scriptNamed("mounts"),
  files: scriptNamed("files"),
  freeze: scriptNamed("freeze"),
  orphan: scriptNamed("orphan"),
  reaped: scriptNamed("reaped"),
  nodeProcesses: scriptNamed("node-processes"),
  surroundings: scriptNamed("surroundings"),
  sigusr1: scriptNamed("sigusr1"),
  ask: scriptNamed("ask"),
};

const Processes = z.array(
  z.object({
    pid: z.int(),
    ppid: z.int(),
    state: z.string(),
    uids: z.array(z.int()),
    gids: z.array(z.int()),
    groups: z.array(z.int()),
    capEff: z.string(),
    capBnd: z.string(),
    rssBytes: z.int().nonnegative(),
    noNewPrivs: z.boolean(),
    seccomp: z.int(),
    argv: z.array(z.string()),
  }),
);

const Mounts = z.object({
  mounts: z.array(
    z.object({
      path: z.string(),
      type: z.string(),
      readOnly: z.boolean(),
      writable: z.boolean(),
      sizeBytes: z.number().optional(),
    }),
  ),
  rootWriteErrno: z.string().nullable(),
});
export type Mounts = z.infer<typeof Mounts>;

const NodeProcesses = z.array(
  z.object({
    pid: z.int(),
    environment: z
      .object({ NODE_ENV: z.string().nullable(), NODE_TLS_REJECT_UNAUTHORIZED: z.string().nullable() })
      .nullable(),
    coreLimit: z.object({ soft: z.string(), hard: z.string() }),
    switches: z
      .object({ heapLimitBytes: z.number(), reportHasEnvironment: z.boolean(), inspects: z.boolean() })
      .nullable(),
  }),
);

const Surroundings = z.object({
  memoryLimitBytes: z.number().nullable(),
  unprivilegedPortStart: z.int().nullable(),
  listening: z.array(z.object({ address: z.string(), port: z.int() })),
});
export type Surroundings = z.infer<typeof Surroundings>;

const SignalledProcesses = z.array(
  z.object({ pid: z.int(), sent: z.boolean(), alive: z.boolean(), held: z.boolean() }),
);

/** PID 1 and its descendants. What `docker exec` started has another root: the probe, a health check in progress. */
export async function readProcesses(container: ProbedContainer): Promise<Process[]> {
  return descendantsOfInit(Processes.parse(await container.run(scripts.processes)));
}

/** Exported for its test. */
export function descendantsOfInit(processes: Process[]): Process[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const rootOf = (process: Process): number => {
    const parent = byPid.get(process.ppid);
    return parent === undefined ? process.pid : rootOf(parent);
  };
  return processes.filter((process) => rootOf(process) === 1);
}

/** Every mount, what the runtime user can do there, and the errno of a write to the root (null: it was written). */
export async function readMounts(container: ProbedContainer): Promise<Mounts> {
  return Mounts.parse(await container.run(scripts.mounts));
}

/** Every process of the image's own Node, the engine's (a health check in progress) included. */
export async function readNodeProcesses(container: ProbedContainer): Promise<NodeProcess[]> {
  return NodeProcesses.parse(await container.run(scripts.nodeProcesses));
}

/** What the kernel grants the container: its memory limit, its listening sockets, the first port for everybody. */
export async function readSurroundings(container: ProbedContainer): Promise<Surroundings> {
  return Surroundings.parse(await container.run(scripts.surroundings));
}

/** Sends SIGUSR1 and looks what became of the processes; `held`: it is blocked or ignored, for good. */
export async function sendSigusr1(container: ProbedContainer, pids: number[], withinMs: number): Promise<Signalled[]> {
  return SignalledProcesses.parse(await container.run(scripts.sigusr1, String(withinMs), ...pids.map(String)));
}

const Asked = z.object({
  ready: z.boolean(),
  last: z.string(),
  answer: z.object({ status: z.int().nullable(), error: z.string().nullable() }).nullable(),
});
export type Asked = z.infer<typeof Asked>;

/** Asks the ready path from inside until it answers 2xx or the time is up, then sends the workload's request. */
export async function askInside(container: ProbedContainer, workload: Workload, withinMs: number): Promise<Asked> {
  const { port, readyPath, request = null } = workload;
  return Asked.parse(
    await container.run(scripts.ask, String(port), readyPath, String(withinMs), JSON.stringify(request)),
  );
}

/** Files under the folders that are not in `expected`: as soon as there are none, or after `withinMs`. */
export async function readFiles(
  container: ProbedContainer,
  folders: string[],
  expected: string[] = [],
  withinMs = 0,
): Promise<string[]> {
  const printed = await container.run(scripts.files, String(withinMs), JSON.stringify(expected), ...folders);
  return z.array(z.string()).parse(printed);
}

/** Sends SIGSTOP to processes other than PID 1, and returns those that were still there. */
export async function freeze(container: ProbedContainer, pids: number[]): Promise<number[]> {
  return z.array(z.int()).parse(await container.run(scripts.freeze, ...pids.map(String)));
}

/** Leaves an orphan in the container and returns its process ID. */
export async function makeOrphan(container: ProbedContainer): Promise<number> {
  return z.int().parse(await container.run(scripts.orphan));
}

/** Whether the process was reaped: false when it stayed a zombie of PID 1, null when it did not end in time. */
export async function wasReaped(
  container: ProbedContainer,
  pid: number,
  { endedWithinMs, reapedWithinMs }: { endedWithinMs: number; reapedWithinMs: number },
): Promise<boolean | null> {
  const printed = await container.run(scripts.reaped, String(pid), String(endedWithinMs), String(reapedWithinMs));
  return z.boolean().nullable().parse(printed);
}

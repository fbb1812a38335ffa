import { z } from "zod";
import { servingContainerFor } from "./conditions.ts";
import { sendTraffic, sendWorkload } from "./http-request.ts";
import {
  type Mounts,
  readMounts,
  readNodeProcesses,
  readProcesses,
  readSurroundings,
  sendSigusr1,
} from "./in-container.ts";
import type { AsRunTrace } from "./observation.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { awaitReady } from "./start.ts";

const requestMs = 10_000;
const inspectorMs = 5000; // an inspector opens within milliseconds; only an app with a handler of its own waits this long
const everyContainers = /^\/(dev|proc|sys)(\/|$)/;
const Changes = z.array(z.object({ Path: z.string(), Kind: z.int() }));

/** Nothing was seen: it did not start. */
const unseen: Omit<AsRunTrace, "start"> = {
  processes: [],
  nodes: [],
  memoryLimitBytes: null,
  tmpfs: [],
  listening: [],
  unprivilegedPortStart: null,
  rootReadOnly: null,
  writes: [],
  traffic: null,
  sigusr1: null,
};

/** The container as its conditions start it: who runs in it and how, and what requests leave in its layer. */
export function probeAsRun(context: RungContext): Promise<AsRunTrace> {
  const workload = workloadOf(context);
  const options = { timeoutMs: requestMs, signal: context.signal };
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { start, port } = await awaitReady(container, context);
    if (port === null) return { start, ...unseen };
    await sendWorkload(port, workload, options);
    const processes = await readProcesses(container);
    const seen = await readNodeProcesses(container);
    const nodes = seen.filter((node) => processes.some(({ pid }) => pid === node.pid));
    const surroundings = await readSurroundings(container);
    const { mounts } = await readMounts(container);
    const rootReadOnly = mounts.findLast((mount) => mount.path === "/")?.readOnly ?? null;
    const mountPoints = mounts.map((mount) => mount.path).filter((path) => path !== "/");
    const written = async () => outside(mountPoints, await changedPaths(container));
    const writes = await written();
    const answers = workload.traffic && (await sendTraffic(port, workload.traffic, options));
    const traffic = answers === undefined ? null : { answers, writes: await written() };
    const pids = nodes.map(({ pid }) => pid);
    const sigusr1 = await signalled(container, pids, surroundings.listening); // last: it may end them
    const tmpfs = inMemory(mounts);
    return { start, processes, nodes, ...surroundings, tmpfs, rootReadOnly, writes, traffic, sigusr1 };
  });
}

/** What SIGUSR1 did, and which sockets listen since. */
async function signalled(
  container: ProbedContainer,
  pids: number[],
  before: AsRunTrace["listening"],
): Promise<AsRunTrace["sigusr1"]> {
  if (pids.length === 0) return null;
  const processes = await sendSigusr1(container, pids, inspectorMs);
  if (!(await container.inspect()).State.Running) return { processes, opened: [] };
  const { listening } = await readSurroundings(container);
  const known = new Set(before.map(({ address, port }) => `${address} ${port}`));
  return { processes, opened: listening.filter(({ address, port }) => !known.has(`${address} ${port}`)) };
}

/** Writable mounts whose content counts as memory of the container. */
function inMemory(mounts: Mounts["mounts"]): AsRunTrace["tmpfs"] {
  return mounts.flatMap(({ path, sizeBytes }) =>
    sizeBytes === undefined || everyContainers.test(path) ? [] : [{ path, sizeBytes }],
  );
}

/** Paths of `docker diff`. The engine answers the text "null" instead of an empty list. */
async function changedPaths(container: ProbedContainer): Promise<string[]> {
  const answer: unknown = await container.raw.changes();
  return Buffer.isBuffer(answer) ? [] : Changes.parse(answer ?? []).map((change) => change.Path);
}

/**
 * The innermost changed paths that are neither a mount point nor inside one: the engine makes missing mount points.
 * Exported for its test.
 */
export function outside(mountPoints: string[], changed: string[]): string[] {
  const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  const own = changed.filter((path) => !mountPoints.some((mount) => inside(path, mount) || inside(mount, path)));
  return own.filter((path) => !own.some((other) => other !== path && inside(other, path)));
}

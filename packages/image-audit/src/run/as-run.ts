import { z } from "zod";
import type { AsRunTrace } from "../observation.ts";
import { servingContainerFor } from "./conditions.ts";
import { sendWorkload } from "./http-request.ts";
import { readMounts, readProcesses } from "./in-container.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { awaitReady } from "./start.ts";

const requestMs = 10_000;
const Changes = z.array(z.object({ Path: z.string(), Kind: z.int() }));

/** The container as its conditions start it: who runs in it, and what one request leaves in its layer. */
export function probeAsRun(context: RungContext): Promise<AsRunTrace> {
  const workload = workloadOf(context);
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { start, port } = await awaitReady(container, context);
    if (port === null) return { start, processes: [], rootReadOnly: null, writes: [] };
    await sendWorkload(port, workload, { timeoutMs: requestMs, signal: context.signal });
    const processes = await readProcesses(container);
    const { mounts } = await readMounts(container);
    const rootReadOnly = mounts.findLast((mount) => mount.path === "/")?.readOnly ?? null;
    const mountPoints = mounts.map((mount) => mount.path).filter((path) => path !== "/");
    return { start, processes, rootReadOnly, writes: outside(mountPoints, await changedPaths(container)) };
  });
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

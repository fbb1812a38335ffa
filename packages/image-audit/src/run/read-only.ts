import { servingContainerFor } from "./conditions.ts";
import { sendWorkload } from "./http-request.ts";
import { readFiles, readMounts } from "./in-container.ts";
import type { ReadOnlyTrace } from "./observation.ts";
import { withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { awaitReady } from "./start.ts";

const requestMs = 10_000;
const tidiedMs = 2000; // an app may delete its staging file just after it has answered
const kernelTypes = new Set(["proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2"]);
const kernelPath = /^\/(proc|sys)\//; // masked files there are /dev/null, so "writable"

/** Read-only root with one tmpfs: does the app start, work, and leave nothing behind? */
export function probeReadOnly(context: RungContext): Promise<ReadOnlyTrace> {
  const workload = workloadOf(context);
  const tmpfs = context.profile?.tmpfs.path ?? "/tmp";
  const definition = servingContainerFor(context).withReadOnlyRoot(tmpfs);
  return withContainer(definition, context, async (container) => {
    const { start, port } = await awaitReady(container, context);
    if (port === null) return { start, tmpfs, worked: null, rootWriteErrno: null, writable: [], leftovers: [] };
    const { mounts, rootWriteErrno } = await readMounts(container);
    const writable = mounts
      .filter(({ path, type, writable }) => writable && !kernelTypes.has(type) && !kernelPath.test(path))
      .map(({ path }) => path);
    const folders = writable.filter((path) => path !== "/" && !path.startsWith("/dev/"));
    const before = await readFiles(container, folders);
    const answer = await sendWorkload(port, workload, { timeoutMs: requestMs, signal: context.signal });
    const leftovers = await readFiles(container, folders, before, tidiedMs);
    const worked = workload.request && { ...answer, expectStatus: workload.request.expectStatus };
    return { start, tmpfs, worked: worked ?? null, rootWriteErrno, writable, leftovers };
  });
}

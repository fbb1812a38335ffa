import { servingContainerFor } from "./conditions.ts";
import { makeOrphan, readProcesses, wasReaped } from "./in-container.ts";
import type { OrphanTrace } from "./observation.ts";
import { withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { requireReady } from "./start.ts";

const bounds = { endedWithinMs: 10_000, reapedWithinMs: 2000 }; // an init reaps within milliseconds

/** A process whose parent is gone ends: does PID 1 take its exit status, or does it stay as a zombie? */
export function probeOrphan(context: RungContext): Promise<OrphanTrace> {
  workloadOf(context); // readiness tells when PID 1 is what it stays: entrypoint scripts exec
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { start } = await requireReady(container, context);
    const orphanPid = await makeOrphan(container);
    const reaped = await wasReaped(container, orphanPid, bounds);
    const zombies = (await readProcesses(container)).filter(({ state, ppid }) => state === "Z" && ppid === 1);
    return { start, orphanPid, zombies, reaped };
  });
}

import type { Workload } from "../workload.ts";
import { containerFor } from "./conditions.ts";
import { type Asked, askInside } from "./in-container.ts";
import type { IsolatedTrace } from "./observation.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext, workloadOf } from "./rung.ts";
import { describeStart } from "./start.ts";

/** A container with a loopback interface and nothing else: does the app start, and work? Asked from inside. */
export function probeIsolated(context: RungContext): Promise<IsolatedTrace> {
  const workload = workloadOf(context);
  const definition = containerFor(context).withNetworkMode("none");
  return withContainer(definition, context, async (container) => {
    const asked = await askUnlessEnded(container, workload, context.startMs);
    const start = await describeStart(container, asked?.ready ? Date.now() : null);
    if (asked === null) return { start, worked: null };
    if (!asked.ready) {
      const error = start.error ?? `not ready within ${context.startMs} ms: ${workload.readyPath} gave ${asked.last}`;
      return { start: { ...start, error }, worked: null };
    }
    const worked = asked.answer ?? { status: 200, error: null };
    return { start, worked: { ...worked, expectStatus: workload.request?.expectStatus ?? 200 } };
  });
}

/** Null when the container has ended: that is what there is to know of it. */
async function askUnlessEnded(container: ProbedContainer, workload: Workload, withinMs: number): Promise<Asked | null> {
  try {
    return await askInside(container, workload, withinMs);
  } catch (error) {
    if (error instanceof NotTriable && !(await container.inspect()).State.Running) return null;
    throw error;
  }
}

import { servingContainerFor } from "./conditions.ts";
import { sendHalf } from "./half-sent-request.ts";
import type { SecondSignalTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { readinessFlip } from "./readiness.ts";
import { type RungContext, stopSignalOf, workloadOf } from "./rung.ts";
import { requireReady } from "./start.ts";
import { send, watchEnd } from "./watched-end.ts";

const patience = 1 / 4; // of the budget: the request is still in flight then, so a drain cannot be over

/** The stop signal, and once it is noticed the same again, while a request is half sent. */
export function probeSecondSignal(context: RungContext): Promise<SecondSignalTrace> {
  const workload = workloadOf(context);
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { port } = await requireReady(container, context);
    const half = workload.request === undefined ? null : await sendHalf(port, workload.request);
    try {
      const signal = stopSignalOf(context);
      const ending = watchEnd(container);
      await container.raw.kill({ signal });
      const { newConnection } = await readinessFlip(port, workload.readyPath, context); // pending twice is pending once
      const withinMs = context.stopMs * patience;
      const endedByFirst = newConnection === "refused" && (await hasEnded(container, withinMs, context));
      const signalledAt = performance.now();
      if (!endedByFirst) await send(container, signal);
      const end = await ending(signalledAt, withinMs, context.signal);
      return { signal, held: half?.sentHalf ?? false, endedByFirst, ...end };
    } finally {
      half?.destroy();
    }
  });
}

/** An app that takes no connection any more drains or ends; the engine needs a moment to notice the end. */
async function hasEnded(container: ProbedContainer, withinMs: number, { signal }: RungContext): Promise<boolean> {
  const ask = async () => !(await container.inspect()).State.Running || undefined;
  return (await poll(ask, { withinMs, signal })) ?? false;
}

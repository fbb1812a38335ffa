import { servingContainerFor } from "./conditions.ts";
import { type HalfSentRequest, sendHalf } from "./half-sent-request.ts";
import { get, unanswered } from "./http-request.ts";
import { readProcesses } from "./in-container.ts";
import type { SigtermTrace, WithInitTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { readinessFlip } from "./readiness.ts";
import { type RungContext, stopSignalOf, workloadOf } from "./rung.ts";
import { openSpares } from "./spare-connection.ts";
import { requireReady } from "./start.ts";
import { watchEnd } from "./watched-end.ts";

const requestMs = 1000;
const spareShare = 1 / 4; // of the budget, from the end of listening: an app ends spare connections then or never

/** The stop signal while a request is half sent: what becomes of it, of other connections, and of the process. */
export function probeSigterm(context: RungContext): Promise<SigtermTrace> {
  return withContainer(servingContainerFor(context), context, (container) => stop(container, context));
}

/** The same with the engine's init in front of everything. */
export function probeWithInit(context: RungContext): Promise<WithInitTrace> {
  const definition = servingContainerFor(context).withHostConfig({ Init: true });
  return withContainer(definition, context, async (container) => {
    await requireReady(container, context);
    const pid1 = (await readProcesses(container)).find(({ pid }) => pid === 1)?.argv ?? [];
    return { pid1, ...(await stop(container, context)) };
  });
}

async function stop(container: ProbedContainer, context: RungContext): Promise<SigtermTrace> {
  const workload = workloadOf(context);
  const { start, port } = await requireReady(container, context);
  const spares = await openSpares(port, workload.readyPath, { timeoutMs: requestMs, signal: context.signal });
  const half = workload.request === undefined ? null : await sendHalf(port, workload.request);
  try {
    const ending = watchEnd(container);
    const signal = stopSignalOf(context);
    const signalledAt = performance.now();
    await container.raw.kill({ signal });
    const noticed = await readinessFlip(port, workload.readyPath, context);
    const livenessAfter = await liveness(port, context);
    const stoppedListening = await untilRefused(port, workload.readyPath, noticed.readinessAfter, context);
    const withinMs = stoppedListening ? context.stopMs * spareShare : 0;
    const spare = await spares.ended({ withinMs, signal: context.signal });
    spares.destroy(); // before the rest is sent: whether they hold the end back as well is not asked
    const inFlight = half && (await finish(half, stoppedListening, workload.request?.expectStatus ?? 200, context));
    const end = await ending(signalledAt, context.stopMs, context.signal);
    const log = await container.output("both");
    return { start: { ...start, log }, signal, inFlight, ...noticed, livenessAfter, stoppedListening, spare, ...end };
  } finally {
    for (const connections of [spares, half]) connections?.destroy();
  }
}

async function liveness(port: number, { workload, signal }: RungContext): Promise<string | null> {
  if (workload?.livePath === undefined) return null;
  const { status, error } = await get(port, workload.livePath, { timeoutMs: requestMs, signal });
  return error ?? String(status);
}

/**
 * Holds the request until the app takes no new connection: one that was finished before would not show that the app
 * waits for it. An app that goes on answering is not waited for longer than half its budget.
 */
async function untilRefused(
  port: number,
  path: string,
  readinessAfter: string,
  context: RungContext,
): Promise<boolean> {
  if (readinessAfter === "200") return false;
  const { signal, stopMs } = context;
  const ask = async () => {
    const { error } = await get(port, path, { timeoutMs: requestMs, signal });
    return error === null || error === unanswered(requestMs) ? undefined : true;
  };
  return (await poll(ask, { withinMs: stopMs / 2, signal })) ?? false;
}

async function finish(half: HalfSentRequest, heldUntilRefused: boolean, expectStatus: number, context: RungContext) {
  const { sentHalf, acknowledged } = half;
  const answer = await half.finish({ timeoutMs: context.stopMs, signal: context.signal });
  return { sentHalf, acknowledged, heldUntilRefused, expectStatus, ...answer };
}

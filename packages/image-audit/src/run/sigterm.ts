import type { NewConnection, SigtermTrace } from "../observation.ts";
import { servingContainerFor } from "./conditions.ts";
import { type HalfSentRequest, sendHalf } from "./half-sent-request.ts";
import { type Answer, get, getToStay, unanswered } from "./http-request.ts";
import { poll } from "./poll.ts";
import { withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { openSpares } from "./spare-connection.ts";
import { requireReady } from "./start.ts";
import { watchEnd } from "./watched-end.ts";

const noticedMs = 1500; // how long readiness is watched: an app that never flips is not waited for
const requestMs = 1000;
const spareShare = 1 / 4; // of the budget, from the end of listening: an app ends spare connections then or never

/** The stop signal while a request is half sent: what becomes of it, of other connections, and of the process. */
export function probeSigterm(context: RungContext): Promise<SigtermTrace> {
  const workload = workloadOf(context);
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { start, port } = await requireReady(container, context);
    const spares = await openSpares(port, workload.readyPath, { timeoutMs: requestMs, signal: context.signal });
    const half = workload.request === undefined ? null : await sendHalf(port, workload.request);
    try {
      const ending = watchEnd(container);
      const signal = context.config.stopSignal ?? "SIGTERM";
      const signalledAt = performance.now();
      await container.raw.kill({ signal });
      const noticed = await readinessFlip(port, workload.readyPath, context);
      const livenessAfter = await liveness(port, context);
      const stoppedListening = await untilRefused(port, workload.readyPath, noticed.readinessAfter, context);
      const withinMs = stoppedListening ? context.stopMs * spareShare : 0;
      const spare = await spares.ended({ withinMs, signal: context.signal });
      spares.destroy(); // before the rest is sent: whether they hold the end back as well is not asked
      const inFlight = half && (await finish(half, stoppedListening, workload.request?.expectStatus ?? 200, context));
      const end = await ending.within(context.stopMs - (performance.now() - signalledAt), context.signal);
      const stopMs = end === null ? null : Math.round(end - signalledAt);
      if (end === null) await ending.force();
      const { State } = await container.inspect();
      return {
        start: { ...start, log: await container.output("both") },
        signal,
        inFlight,
        ...noticed,
        livenessAfter,
        stoppedListening,
        spare,
        exitCode: State.ExitCode,
        stopMs,
        oomKilled: State.OOMKilled,
        killed: end === null,
      };
    } finally {
      for (const connections of [spares, half]) connections?.destroy();
    }
  });
}

/** The first answer of the ready path that is not 200, or the last 200; each is asked for on a new connection. */
async function readinessFlip(
  port: number,
  path: string,
  { signal }: RungContext,
): Promise<{ readinessAfter: string; newConnection: NewConnection }> {
  const late = unanswered(requestMs); // a busy machine, so it is asked again
  let last: Answer & { closes: boolean } = { status: null, error: late, closes: false };
  const ask = async () => {
    last = await getToStay(port, path, { timeoutMs: requestMs, signal });
    return last.status === 200 || last.error === late ? undefined : true;
  };
  await poll(ask, { withinMs: noticedMs, signal });
  const { status, error, closes } = last;
  const answered = closes ? "told to close" : "kept";
  const unheard = error === late ? "not answered" : "refused";
  return { readinessAfter: error ?? String(status), newConnection: status === null ? unheard : answered };
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

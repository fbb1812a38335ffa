import type { SigtermTrace } from "../observation.ts";
import { servingContainerFor } from "./conditions.ts";
import { type HalfSentRequest, sendHalf } from "./half-sent-request.ts";
import { get } from "./http-request.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { requireReady } from "./start.ts";

const noticedMs = 1500; // how long readiness is watched: an app that never flips is not waited for
const readinessMs = 500;

/** The stop signal while a request is half sent: what becomes of the request, of readiness and of the process. */
export function probeSigterm(context: RungContext): Promise<SigtermTrace> {
  const workload = workloadOf(context);
  return withContainer(servingContainerFor(context), context, async (container) => {
    const { start, port } = await requireReady(container, context);
    const half = workload.request === undefined ? null : await sendHalf(port, workload.request);
    try {
      const ending = watchEnd(container);
      const signalledAt = performance.now();
      const signal = context.config.stopSignal ?? "SIGTERM";
      await container.raw.kill({ signal });
      const readinessAfter = await readinessFlip(port, workload.readyPath, context);
      const held = half !== null && (await untilRefused(port, workload.readyPath, readinessAfter, context));
      const inFlight = half && (await finish(half, held, workload.request?.expectStatus ?? 200, context));
      const end = await ending.within(context.stopMs - (performance.now() - signalledAt), context.signal);
      const stopMs = end === null ? null : Math.round(end - signalledAt);
      if (end === null) await ending.force();
      const { State } = await container.inspect();
      const log = await container.output("both");
      const { ExitCode: exitCode, OOMKilled: oomKilled } = State;
      return {
        start: { ...start, log },
        signal,
        inFlight,
        readinessAfter,
        exitCode,
        stopMs,
        oomKilled,
        killed: end === null,
      };
    } finally {
      half?.destroy();
    }
  });
}

/** Starts to wait before the signal is sent, so that an end right after it is timed too. */
function watchEnd({ raw }: ProbedContainer) {
  const ended = raw.wait().then(() => performance.now());
  ended.catch(() => undefined); // the container is removed under it when the probe is aborted
  return {
    within: async (withinMs: number, signal: AbortSignal): Promise<number | null> => {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.ceil(withinMs)))]);
      const outOfTime = Promise.withResolvers<null>();
      const stop = () => outOfTime.resolve(null);
      if (bounded.aborted) stop();
      bounded.addEventListener("abort", stop, { once: true });
      return Promise.race([ended, outOfTime.promise]);
    },
    force: async () => {
      await raw.kill({ signal: "SIGKILL" });
      await ended;
    },
  };
}

/** The first answer of the ready path that is not 200, or the last 200. */
async function readinessFlip(port: number, path: string, { signal }: RungContext): Promise<string> {
  let last = "";
  const ask = async () => {
    const { status, error } = await get(port, path, { timeoutMs: readinessMs, signal });
    last = error ?? String(status);
    return status === 200 ? undefined : last;
  };
  return (await poll(ask, { withinMs: noticedMs, signal })) ?? last;
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
  const ask = async () => (await get(port, path, { timeoutMs: readinessMs, signal })).error !== null || undefined;
  return (await poll(ask, { withinMs: stopMs / 2, signal })) ?? false;
}

async function finish(half: HalfSentRequest, heldUntilRefused: boolean, expectStatus: number, context: RungContext) {
  const { sentHalf, acknowledged } = half;
  const answer = await half.finish({ timeoutMs: context.stopMs, signal: context.signal });
  return { sentHalf, acknowledged, heldUntilRefused, expectStatus, ...answer };
}

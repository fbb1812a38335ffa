import type { ProbedContainer } from "./probed-container.ts";

/** How a container ended. `stopMs` counts from the signal, null when it had to be killed. */
export type End = { exitCode: number; stopMs: number | null; oomKilled: boolean; killed: boolean };

/**
 * Starts to wait before the signal is sent, so that an end right after it is timed too.
 * @returns what waits until the end, and kills the container `withinMs` after `signalledAt` (performance.now())
 */
export function watchEnd(container: ProbedContainer) {
  const ended = container.raw.wait().then(() => performance.now());
  ended.catch(() => undefined); // the container is removed under it when the probe is aborted
  return async (signalledAt: number, withinMs: number, signal: AbortSignal): Promise<End> => {
    const left = Math.max(0, Math.ceil(withinMs - (performance.now() - signalledAt)));
    const inTime = await beforeTimeOut(ended, left, signal);
    const killed = inTime === null && (await send(container, "SIGKILL"));
    const end = await ended;
    const { ExitCode: exitCode, OOMKilled: oomKilled } = (await container.inspect()).State;
    return { exitCode, stopMs: killed ? null : Math.round(Math.max(0, end - signalledAt)), oomKilled, killed };
  };
}

/** Sends a signal to PID 1 of the container. False when that has ended already. */
export async function send({ raw }: ProbedContainer, signal: string): Promise<boolean> {
  try {
    await raw.kill({ signal });
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 409) return false;
    throw error;
  }
}

async function beforeTimeOut(ended: Promise<number>, withinMs: number, signal: AbortSignal): Promise<number | null> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const outOfTime = Promise.withResolvers<null>();
  const stop = () => outOfTime.resolve(null);
  if (bounded.aborted) stop();
  bounded.addEventListener("abort", stop, { once: true });
  return Promise.race([ended, outOfTime.promise]);
}

import type { ProbedContainer } from "./probed-container.ts";

/** Starts to wait before the signal is sent, so that an end right after it is timed too. */
export function watchEnd({ raw }: ProbedContainer) {
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

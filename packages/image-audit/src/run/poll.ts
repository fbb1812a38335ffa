import { setTimeout as delay } from "node:timers/promises";

export type Patience = { withinMs: number; everyMs?: number; signal: AbortSignal };

/**
 * Asks until the answer is not undefined.
 * @returns the answer, or undefined when `withinMs` ran out (the last question may end later than that)
 * @throws the signal's reason when it is aborted
 */
export async function poll<T>(ask: () => Promise<T | undefined>, patience: Patience): Promise<T | undefined> {
  const { withinMs, everyMs = 50, signal } = patience;
  const deadline = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined || performance.now() >= deadline) return answer;
    await delay(everyMs, undefined, { signal });
  }
}

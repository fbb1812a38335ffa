import type { Logger } from "pino";
import { errnoOf } from "./errors.ts";

/** Times in milliseconds. `intervalMs`: how old an answer may be before it is asked for again. */
export type UpstreamOptions = { url: string; timeoutMs: number; intervalMs: number };

export type UpstreamState = "unreached" | "reachable" | "unreachable";

/**
 * The one service this one needs, as readiness sees it. All replicas share it, so its failure would turn every one of
 * them not ready at the same moment, and a partial outage into a total one. Therefore only "never reached since the
 * start" counts against a pod (wrong URL, no trust, no route: faults of this pod); a later failure is reported and
 * changes nothing.
 */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #log: Logger;
  #state: UpstreamState = "unreached";
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(options: UpstreamOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** As last seen, however long ago. */
  get lastState(): UpstreamState {
    return this.#state;
  }

  /** At most `intervalMs` old. Waits at most `timeoutMs`; whoever asks meanwhile waits for the same request. */
  async state(): Promise<UpstreamState> {
    if (performance.now() - this.#askedAt > this.#options.intervalMs) {
      this.#asking ??= this.#ask().finally(() => {
        this.#askedAt = performance.now();
        this.#asking = undefined;
      });
      await this.#asking;
    }
    return this.#state;
  }

  /** Reached: an answer over TLS that is no server error. Trust is Node's own; NODE_EXTRA_CA_CERTS adds a private CA. */
  async #ask(): Promise<void> {
    const before = this.#state;
    try {
      const signal = AbortSignal.timeout(this.#options.timeoutMs);
      const { body, status } = await fetch(this.#options.url, { redirect: "manual", signal });
      await body?.cancel();
      if (status >= 500) throw new Error(`expected an answer below 500, got ${status}`);
      this.#state = "reachable";
      if (before !== "reachable") this.#log.info("upstream reachable");
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      if (before === "reachable") this.#state = "unreachable";
      if (before !== "unreachable") this.#log.warn({ code: errnoOf(cause), reason: String(cause) }, "upstream failed");
    }
  }
}

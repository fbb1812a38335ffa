import { get } from "./http-request.ts";
import type { Start } from "./observation.ts";
import { poll } from "./poll.ts";
import type { ProbedContainer } from "./probed-container.ts";
import { NotTriable, type RungContext, workloadOf } from "./rung.ts";

const requestMs = 1000;

/** A container that is ready, with the host port it answers on. */
export type Ready = { start: Start; port: number };

/**
 * Asks the ready path every 50 ms until it answers 2xx, the container ends, or `startMs` runs out.
 * @returns how it came up; `port` is null unless it is ready
 */
export async function awaitReady(
  container: ProbedContainer,
  context: RungContext,
): Promise<Ready | { start: Start; port: null }> {
  const { readyPath } = workloadOf(context);
  const { signal, startMs } = context;
  const port = container.hostPort;
  if (port === null) return { start: await describeStart(container, null), port };
  let last = "";
  const readyAt = await poll(
    async () => {
      const { status, error } = await get(port, readyPath, { timeoutMs: requestMs, signal });
      if (status !== null && status >= 200 && status < 300) return Date.now();
      last = error ?? `status ${status}`;
      return (await container.inspect()).State.Running ? undefined : null;
    },
    { withinMs: startMs, signal },
  );
  if (readyAt) return { start: await describeStart(container, readyAt), port };
  const start = await describeStart(container, null);
  const error = start.error ?? `not ready within ${startMs} ms: GET ${readyPath} gave ${last}`;
  return { start: { ...start, error }, port: null };
}

/**
 * How the container came up, as the engine and its own output tell it.
 * @param readyAt when it was seen ready (milliseconds since the epoch), or null
 */
export async function describeStart(container: ProbedContainer, readyAt: number | null): Promise<Start> {
  const { State } = await container.inspect();
  const ended = State.Status === "exited" || State.Status === "dead";
  const exitCode = ended || container.startError !== null ? State.ExitCode : null;
  const readyMs = readyAt === null ? null : Math.max(0, readyAt - Date.parse(State.StartedAt));
  const oom = State.OOMKilled ? " (out of memory)" : "";
  const error = container.startError ?? (ended ? `it ended with exit code ${exitCode}${oom}` : null);
  return { ready: readyAt !== null, readyMs, exitCode, error, log: await container.output("both") };
}

/**
 * The same, for rungs that can only look at an app that is ready.
 * @throws NotTriable with the error and the last line of the log
 */
export async function requireReady(container: ProbedContainer, context: RungContext): Promise<Ready> {
  const ready = await awaitReady(container, context);
  if (ready.port !== null) return ready;
  const lastLine = ready.start.log.trimEnd().split("\n").at(-1);
  throw new NotTriable(`the app did not start: ${ready.start.error}; its last words: ${lastLine}`);
}

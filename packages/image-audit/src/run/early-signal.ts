import { servingContainerFor } from "./conditions.ts";
import { engineProcesses, runs } from "./engine-processes.ts";
import { get } from "./http-request.ts";
import type { EarlySignalTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { hasEnded, type ProbedContainer, withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext, stopSignalOf, workloadOf } from "./rung.ts";
import { watchEnd } from "./watched-end.ts";

const period = 100_000; // microseconds, the engine's usual one
/** Two hundredths of a processor: Node then needs seconds to load, so that a signal can come before any handler. */
const starved = { NanoCpus: 0, CpuPeriod: period, CpuQuota: period / 50 };
const requestMs = 1000;

/** The stop signal while the app is starting: its Node has been executed, nothing is served yet. */
export function probeEarlySignal(context: RungContext): Promise<EarlySignalTrace> {
  workloadOf(context);
  return withContainer(servingContainerFor(context).withHostConfig(starved), context, async (container) => {
    await untilNodeRuns(container, context);
    const wasReady = await isReady(container, context);
    const signal = stopSignalOf(context);
    const ending = watchEnd(container);
    const signalledAt = performance.now();
    await container.raw.kill({ signal });
    await feed(container, context);
    const end = await ending(signalledAt, context.stopMs, context.signal);
    return { signal, wasReady, ...end, log: await container.output("both") };
  });
}

/** Before that PID 1 may be the engine's own code, and an init may not have the child yet that it passes signals to. */
async function untilNodeRuns(container: ProbedContainer, { nodePath, startMs, signal }: RungContext): Promise<void> {
  const ask = async () => {
    if (!(await container.inspect()).State.Running) return false;
    return (await engineProcesses(container)).some((process) => runs(process, nodePath)) || undefined;
  };
  const seen = await poll(ask, { withinMs: startMs, everyMs: 25, signal });
  if (seen) return;
  const error = container.startError ?? (seen === false ? "it ended" : `no node was seen within ${startMs} ms`);
  throw new NotTriable(`the app did not start: ${error}; its last words: ${await container.output("both", 1)}`);
}

async function isReady({ hostPort }: ProbedContainer, context: RungContext): Promise<boolean> {
  if (hostPort === null) return false;
  const { readyPath } = workloadOf(context);
  return (await get(hostPort, readyPath, { timeoutMs: requestMs, signal: context.signal })).status === 200;
}

/** Gives it the processor time that its conditions grant; a container that has ended needs none. Exported for its test. */
export async function feed(
  { raw }: Pick<ProbedContainer, "raw">,
  { profile, signal }: Pick<RungContext, "profile" | "signal">,
): Promise<void> {
  const CpuQuota = profile === undefined ? -1 : Math.round(profile.cpus * period);
  await raw.update({ CpuPeriod: period, CpuQuota }).catch(async (error: unknown) => {
    if (!(await hasEnded(raw, signal))) throw error;
  });
}

import type { ContainerInspectInfo } from "dockerode";
import { servingContainerFor } from "./conditions.ts";
import { freeze, readProcesses } from "./in-container.ts";
import type { HealthTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { type ProbedContainer, withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext } from "./rung.ts";
import { describeStart } from "./start.ts";

const intervalMs = 500; // the image's own interval would make the probe wait for minutes
const timeoutMs = 3000; // as long as Node needs to start on a slow machine under the profile's half processor
const frozenMs = 30_000;

type Health = NonNullable<ContainerInspectInfo["State"]["Health"]>;

/** The image's own health check: is the app seen as healthy, and as unhealthy when all its processes are stopped? */
export function probeHealth(context: RungContext): Promise<HealthTrace> {
  const test = context.config.healthcheck?.test ?? [];
  if (test.length === 0 || test[0] === "NONE") throw new NotTriable("the image has no health check");
  const definition = servingContainerFor(context).withHealthOverride({ test, intervalMs, timeoutMs, retries: 1 });
  return withContainer(definition, context, async (container) => {
    const working = await awaitWorking(container, context);
    const healthyAt = working.Status === "healthy" ? Date.now() : null;
    const start = await describeStart(container, healthyAt);
    const seen = { start, working: working.Status };
    if (healthyAt === null) return { ...seen, frozen: null, lastOutput: lastOutputOf(working) };
    const processes = await readProcesses(container);
    await freeze(
      container,
      processes.map(({ pid }) => pid).filter((pid) => pid !== 1),
    );
    await container.raw.kill({ signal: "SIGSTOP" }); // PID 1 can only be stopped from outside
    const frozen = await awaitFrozen(container, context);
    return { ...seen, frozen: frozen.Status, lastOutput: lastOutputOf(frozen) };
  });
}

/** Until healthy, ended, or out of time; "unhealthy" before that is an app that is still starting. */
async function awaitWorking(container: ProbedContainer, { signal, startMs }: RungContext): Promise<Health> {
  let last = noHealth;
  const ask = async () => {
    const { State } = await container.inspect();
    last = State.Health ?? last;
    return last.Status === "healthy" || !State.Running ? last : undefined;
  };
  return (await poll(ask, { withinMs: startMs, everyMs: 100, signal })) ?? last;
}

/** Until unhealthy, or healthy again by a check that began after the freeze: of two that ended since, the second did. */
async function awaitFrozen(container: ProbedContainer, { signal }: RungContext): Promise<Health> {
  const startOf = (health: Health) => String(health.Log.at(-1)?.Start);
  const ends = new Set<string>();
  let last = noHealth;
  const ask = async () => {
    last = (await container.inspect()).State.Health ?? last;
    ends.add(startOf(last));
    return last.Status === "unhealthy" || ends.size > 2 ? last : undefined;
  };
  return (await poll(ask, { withinMs: frozenMs, everyMs: 100, signal })) ?? last;
}

const noHealth: Health = { Status: "none", FailingStreak: 0, Log: [] };

function lastOutputOf({ Log }: Health): string {
  const last = Log.at(-1);
  return last === undefined ? "" : `exit ${last.ExitCode}: ${last.Output.trim()}`;
}

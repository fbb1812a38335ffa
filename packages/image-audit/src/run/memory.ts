import type { ContainerInspectInfo } from "dockerode";
import { containerFor } from "./conditions.ts";
import type { MemoryTrace } from "./observation.ts";
import { poll } from "./poll.ts";
import { withContainer } from "./probed-container.ts";
import { NotTriable, type RungContext } from "./rung.ts";

const probeLimitBytes = 256 * 2 ** 20; // where the conditions set none: never the host's memory
const allocating = "image-audit: allocating";
const logLines = 1000; // V8 tells its last collections and a stack before it ends

/** Loaded by the first node before its script: arrays in V8's heap, as a leak makes them, until something gives. */
const preload = `
import { writeSync } from "node:fs";
writeSync(2, "\\n${allocating}\\n");
const kept = [];
for (;;) kept.push(new Array(131072).fill(kept.length));`;

/** The container as it is started, with its own entrypoint, command and switches; then its Node takes all there is. */
export function probeMemory(context: RungContext): Promise<MemoryTrace> {
  const { config, workload, profile, startMs, signal } = context;
  const limitBytes = profile?.memoryBytes ?? probeLimitBytes;
  const given = workload?.env?.["NODE_OPTIONS"] ?? config.env["NODE_OPTIONS"] ?? "";
  const options = `${given} --import=data:text/javascript,${encodeURIComponent(preload)}`;
  const definition = containerFor(context)
    .withEnvironment({ NODE_OPTIONS: options.trim() })
    .withHostConfig({ Memory: limitBytes, MemorySwap: limitBytes });
  return withContainer(definition, context, async (container) => {
    const ended = await poll(async () => endOf(await container.inspect()), { withinMs: startMs, everyMs: 100, signal });
    const log = await container.output("both", logLines);
    if (container.startError !== null) throw new NotTriable(container.startError);
    if (!log.includes(allocating)) throw new NotTriable(`no Node of it loaded the probe: ${log.trim().slice(0, 200)}`);
    return {
      limitBytes,
      limitedByProbe: profile === undefined,
      exitCode: ended?.ExitCode ?? null,
      oomKilled: ended?.OOMKilled ?? (await container.inspect()).State.OOMKilled,
      fatalError: /^FATAL ERROR: .*heap.*$/m.exec(log)?.[0] ?? null,
    };
  });
}

function endOf({ State }: ContainerInspectInfo): ContainerInspectInfo["State"] | undefined {
  return State.Status === "exited" || State.Status === "dead" ? State : undefined;
}

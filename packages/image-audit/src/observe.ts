import { tmpdir } from "node:os";
import { AuditError } from "./errors.ts";
import { probeImage } from "./image/probe.ts";
import type { Observation } from "./observation.ts";
import type { Profile } from "./profile.ts";
import { probeArbitraryUser } from "./run/arbitrary-user.ts";
import { probeAsRun } from "./run/as-run.ts";
import { probeEarlySignal } from "./run/early-signal.ts";
import { probeHealth } from "./run/health.ts";
import { probeIsolated } from "./run/isolated.ts";
import { probeMemory } from "./run/memory.ts";
import { findNode } from "./run/node-path.ts";
import type { Rung, RunTraces } from "./run/observation.ts";
import { probeOrphan } from "./run/orphan.ts";
import { probeReadOnly } from "./run/read-only.ts";
import { NotTriable, type RungContext } from "./run/rung.ts";
import { probeSecondSignal } from "./run/second-signal.ts";
import { probeSigterm, probeWithInit } from "./run/sigterm.ts";
import { probeTls } from "./run/tls.ts";
import type { Workload } from "./workload.ts";

const rungProbes: { [R in Rung]: (context: RungContext) => Promise<RunTraces[R]> } = {
  health: probeHealth, // the longest first
  earlySignal: probeEarlySignal,
  sigterm: probeSigterm,
  withInit: probeWithInit,
  secondSignal: probeSecondSignal,
  arbitraryUser: probeArbitraryUser,
  orphan: probeOrphan,
  memory: probeMemory,
  isolated: probeIsolated,
  tls: probeTls,
  readOnly: probeReadOnly,
  asRun: probeAsRun,
};

/** Every rung, in the order in which they are started. */
export const allRungs: readonly Rung[] = Object.keys(rungProbes) as Rung[];

export type ObserveOptions = {
  /** Without one, the rungs that need an app that serves are recorded as not tried. */
  workload?: Workload;
  /** Run conditions of every rung; without it the image runs plain, as `docker run IMAGE` would. */
  profile?: Profile;
  /** Which rungs to try (all). None: the static half only. */
  rungs?: readonly Rung[];
  /** Labels of every container, so that the caller can find them. */
  labels?: Record<string, string>;
  /** Aborted: every container is removed, then the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Where temporary folders are made (the system's). The engine must see the same files there. */
  workDir?: string;
  /** How long the app may take to end after the stop signal, milliseconds (10,000: the engine's own patience). */
  stopMs?: number;
  /** How long the app may take to become ready, milliseconds (30,000). */
  startMs?: number;
  /** How many containers at a time (3). */
  concurrency?: number;
  /** One line per step, for people. */
  onProgress?: (line: string) => void;
};

/**
 * Records facts about one image: its configuration and layers, and how containers of it behave.
 * A fault of the app is a fact; only trouble with the engine is an error.
 * @param reference a name or an ID that the engine has; nothing is pulled
 * @throws AuditError REFERENCE_INVALID, IMAGE_NOT_FOUND, ENGINE_UNREACHABLE, ENGINE_FAILED, ARCHIVE_INVALID; the signal's reason
 */
export async function observe(reference: string, options: ObserveOptions = {}): Promise<Observation> {
  const { rungs = allRungs, concurrency = 3, onProgress = () => undefined } = options;
  const trouble = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, trouble.signal]) : trouble.signal;
  onProgress(`reading ${reference}`);
  const probed = await probeImage(reference, { signal });
  const observation: Observation = { schemaVersion: 1, ...probed, runs: {} };
  const nodePath = findNode(probed.config, probed.layers);
  const context = contextOf(probed.image.id, observation, nodePath ?? "", options, signal);
  const queue = rungs.values(); // shared: each lane takes the next rung
  const lane = async () => {
    for (const rung of queue) await tryRung(rung, context, observation, onProgress);
  };
  const lanes = Array.from({ length: concurrency }, () =>
    lane().catch((error: unknown) => {
      trouble.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(lanes); // the others have removed their containers before anybody hears of the first error
  signal.throwIfAborted();
  return observation;
}

function contextOf(
  image: string,
  { config }: Observation,
  nodePath: string,
  { workload, profile, labels = {}, workDir = tmpdir(), stopMs = 10_000, startMs = 30_000 }: ObserveOptions,
  signal: AbortSignal,
): RungContext {
  return { image, config, nodePath, workload, profile, labels, workDir, stopMs, startMs, signal };
}

async function tryRung<R extends Rung>(
  rung: R,
  context: RungContext,
  { runs }: Observation,
  onProgress: (line: string) => void,
): Promise<void> {
  const startedAt = performance.now();
  const took = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    if (context.nodePath === "") throw new NotTriable("no executable named node was found in the image");
    const labels = { ...context.labels, "image-audit.rung": rung };
    const trace: Observation["runs"][R] = await rungProbes[rung]({ ...context, labels });
    runs[rung] = trace;
    onProgress(`${rung}: observed in ${took()}`);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof NotTriable)) throw asEngineTrouble(rung, error);
    runs[rung] = { notTried: error.message };
    onProgress(`${rung}: not tried (${error.message})`);
  }
}

/** dockerode throws what the engine said; programming errors stay what they are. */
function asEngineTrouble(rung: Rung, error: unknown): unknown {
  const fromEngine = error instanceof Error && ("statusCode" in error || "syscall" in error);
  if (!fromEngine || error instanceof AuditError) return error;
  return new AuditError("ENGINE_FAILED", `expected the engine to run "${rung}", got: ${error.message}`, {
    cause: error,
  });
}

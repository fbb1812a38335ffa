import { constants } from "node:os";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Container, ContainerInspectInfo } from "dockerode";
import { type ContainerRuntimeClient, getContainerRuntimeClient } from "testcontainers";
import { AuditError } from "../errors.ts";
import type { HardenedContainer } from "./hardened-container.ts";
import { poll } from "./poll.ts";
import { NotTriable, type RungContext } from "./rung.ts";

const engineMs = 60_000; // creating and starting is the engine's work; longer than this it is stuck

const notedMs = 10_000; // the engine is at work on it already

/** A container that a rung started, for as long as the rung needs it. */
export type ProbedContainer = {
  raw: Container;
  /** Why the engine could not start it ("exec: no such file"), else null. */
  startError: string | null;
  /** Host port of the published port, on 127.0.0.1; null when it ended before it was bound. */
  hostPort: number | null;
  inspect: () => Promise<ContainerInspectInfo>;
  /**
   * Runs a script with the image's own Node and reads what it prints, as JSON.
   * @throws NotTriable when the container has ended or its Node cannot run the script
   */
  run: (script: string, ...args: string[]) => Promise<unknown>;
  /** What it wrote so far, the last `tail` lines (50). */
  output: (stream: "stdout" | "both", tail?: number) => Promise<string>;
};

/**
 * Starts a container, hands it to `use`, and removes it with its anonymous volumes, whatever happens.
 * @throws AuditError ENGINE_FAILED when the engine refuses; the signal's reason when it is aborted, after the removal
 */
export async function withContainer<T>(
  definition: HardenedContainer,
  context: RungContext,
  use: (container: ProbedContainer) => Promise<T>,
): Promise<T> {
  const { signal } = context;
  signal.throwIfAborted();
  const client = await getContainerRuntimeClient();
  const starting = definition.withLabels(context.labels).start();
  let refusal: unknown;
  starting.catch((error: unknown) => {
    refusal = error;
  });
  const id = await Promise.race([definition.created, starting.then((started) => started.getId())]).catch((cause) => {
    throw new AuditError("ENGINE_FAILED", `expected a container of ${context.image}, got: ${cause}`, { cause });
  });
  const raw = client.container.getById(id);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  const used = async () => {
    const state = await started(raw, signal, () => refusal);
    const startError = refusal === undefined ? null : await faultOfImage(raw, refusal);
    return use({ ...handles(client, raw, context), startError, hostPort: hostPortOf(state) });
  };
  try {
    signal.throwIfAborted();
    return await Promise.race([used(), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await remove(raw);
  }
}

/** Waits until the engine has started it and bound its ports, it has already ended, or it was refused. */
async function started(raw: Container, signal: AbortSignal, refused: () => unknown): Promise<ContainerInspectInfo> {
  const settled = async () => {
    const state = await raw.inspect();
    const ended = state.State.Status === "exited" || state.State.Status === "dead";
    const bound = Object.keys(state.HostConfig.PortBindings ?? {}).every((p) => state.NetworkSettings.Ports[p]?.length);
    return refused() !== undefined || ended || (state.State.Running && bound) ? state : undefined;
  };
  const state = await poll(settled, { withinMs: engineMs, everyMs: 25, signal });
  if (state !== undefined) return state;
  throw new AuditError("ENGINE_FAILED", `expected the engine to start a container, got nothing for ${engineMs} ms`);
}

/** A container that never ran, with an exit code, is the image's or the profile's fault; anything else is the engine's. */
async function faultOfImage(raw: Container, refusal: unknown): Promise<string | null> {
  const { State } = await raw.inspect();
  if (State.Status !== "created") return null; // it did start: testcontainers only could not look at its ports any more
  const message = State.Error || String(refusal);
  if (State.ExitCode >= 126 && /OCI runtime|exec/i.test(message)) return message;
  throw new AuditError("ENGINE_FAILED", `expected the engine to start a container, got: ${message}`, {
    cause: refusal,
  });
}

/**
 * Whether a container that no longer does what is asked of it has ended. The kernel ends it and all that runs inside; the
 * engine notes that a moment later, and calls it running until then: the note is waited for.
 */
export async function hasEnded(raw: Container, signal: AbortSignal): Promise<boolean> {
  const noted = async () => !(await raw.inspect()).State.Running || undefined;
  return (await poll(noted, { withinMs: notedMs, everyMs: 25, signal })) ?? false;
}

function handles(client: ContainerRuntimeClient, raw: Container, context: RungContext) {
  return {
    raw,
    inspect: () => raw.inspect(),
    run: async (script: string, ...args: string[]): Promise<unknown> => {
      // NODE_OPTIONS of the image is for the app; a probe must not load what it names
      const options = { env: { NODE_OPTIONS: "" } };
      const result = await client.container
        .exec(raw, [context.nodePath, "-e", script, ...args], options)
        .catch((error: Error & { statusCode?: number }) => {
          if (error.statusCode !== 409 && error.statusCode !== 404) throw error;
          throw new NotTriable("the container ended before the probe could look inside", { cause: error });
        });
      if (result.exitCode === 0) return JSON.parse(result.stdout);
      if (result.exitCode === 128 + constants.signals.SIGKILL) await hasEnded(raw, context.signal);
      throw new NotTriable(
        `${context.nodePath} in the container ended with ${result.exitCode}: ${brief(result.output)}`,
      );
    },
    output: async (stream: "stdout" | "both", tail = 50) => {
      const stored = await raw.logs({ stdout: true, stderr: true, tail, follow: false });
      const wanted = new PassThrough();
      const source = Readable.from([stored]);
      client.container.dockerode.modem.demuxStream(source, wanted, stream === "both" ? wanted : new PassThrough());
      source.on("end", () => wanted.end());
      return text(wanted);
    },
  };
}

/** The first lines on one line: a stack trace says nothing about the image. */
function brief(output: string): string {
  return output
    .trim()
    .split(/\s*\n\s*/)
    .slice(0, 5)
    .join(" · ");
}

function hostPortOf(state: ContainerInspectInfo): number | null {
  const [binding] = Object.values(state.NetworkSettings.Ports).flatMap((bindings) => bindings ?? []);
  return binding === undefined ? null : Number(binding.HostPort);
}

async function remove(raw: Container): Promise<void> {
  try {
    await raw.remove({ force: true, v: true });
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 409)
      await raw.wait({ condition: "removed" }); // somebody else is at it
    else if (statusCode !== 404)
      throw new AuditError("ENGINE_FAILED", `expected ${raw.id} to go, got: ${error}`, { cause: error });
  }
}

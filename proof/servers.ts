import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Run } from "pipeline/started";
import { ToolError } from "./errors.ts";

/** A server that a test or command needs beside it; its output is in `log`. */
export type Server = { name: string; child: ChildProcess; log: string };

/** Starts a server recorded by the run; it may outlive this process. */
export function start(
  run: Run,
  name: string,
  command: string,
  args: string[],
  log: string,
  env: NodeJS.ProcessEnv = {},
): Server {
  const output = openSync(log, "a");
  const options: SpawnOptions = { env: { ...process.env, ...env }, stdio: ["ignore", output, output] };
  const child = run.spawn(command, args, options);
  closeSync(output);
  child.unref();
  return { name, child, log };
}

/** Waits until a server answers, whatever it says. @throws as `ready` */
export function answers(server: Server, url: string, limitMs = 60_000): Promise<void> {
  return ready(server, `answer on ${url}`, () => responds(url, () => true), limitMs);
}

/** Asks once, for at most five seconds; no answer is none that is wanted. */
export async function responds(url: string, isWanted: (response: Response) => boolean): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined && isWanted(answer);
}

/**
 * Waits until a server is ready; one that ends is noticed at once.
 * @param what it is expected to do, for the message
 * @param isReady asks once; it must not wait for ever itself
 * @throws ToolError with the last lines of its log
 */
export async function ready(
  { name, child, log }: Server,
  what: string,
  isReady: () => Promise<boolean>,
  limitMs: number,
): Promise<void> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  for (const end = Date.now() + limitMs; Date.now() < end && !hasEnded(); await delay(20)) if (await isReady()) return;
  const last = readFileSync(log, "utf8").trimEnd().split("\n").slice(-8).join("\n");
  const instead = hasEnded() ? "it ended" : `it did not within ${limitMs / 1000} s`;
  throw new ToolError(`expected ${name} to ${what}, ${instead}:\n${last}`);
}

/** Ends servers and waits for them. */
export async function stop(servers: readonly Server[]): Promise<void> {
  const ended = servers.map(async ({ child }) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exit = once(child, "exit");
    child.ref();
    process.kill(-child.pid, "SIGKILL"); // their files are made for it
    await exit;
  });
  await Promise.all(ended);
}

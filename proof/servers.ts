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

/**
 * Waits until a server answers, whatever it says; one that ends is noticed at once.
 * @throws ToolError with the last lines of its log
 */
export async function answers({ name, child, log }: Server, url: string, limitMs = 60_000): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(20)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer === undefined) continue;
    await answer.body?.cancel();
    return;
  }
  const last = readFileSync(log, "utf8").trimEnd().split("\n").slice(-5).join("\n");
  throw new ToolError(`expected ${name} to answer on ${url}, it did not:\n${last}`);
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

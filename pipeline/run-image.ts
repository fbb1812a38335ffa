import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { PipelineError } from "./errors.ts";
import { dockerArguments, readProfile } from "./profile.ts";
import type { Run } from "./started.ts";

/**
 * Runs an image in the foreground, on loopback only, until it ends or is interrupted.
 * @param plain without the profile, as anybody would start it
 * @param port on the host; the app listens on 3000 inside
 * @returns the container's exit code
 * @throws PipelineError USAGE for a port that is none or in use and for an image that is not there, ENGINE
 */
export async function runImage(run: Run, image: string, options: { plain: boolean; port: string }): Promise<number> {
  await requireFree(options.port);
  requireImage(image);
  const hardening = options.plain ? [] : dockerArguments(readProfile());
  const labels = Object.entries(run.labels).map(([name, value]) => `--label=${name}=${value}`);
  const publish = `--publish=127.0.0.1:${options.port}:3000`;
  const args = ["run", "--rm", `--name=${run.id}`, ...labels, ...hardening, publish, image];
  process.stdout.write(`docker ${args.join(" ")}\n`);
  // Ctrl-C shows the shutdown as it is; an image that ignores SIGTERM is killed after docker's 10 s.
  run.beforeRemoval = () => spawnSync("docker", ["stop", run.id], { stdio: "ignore" });
  const child = run.spawn("docker", args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

/** @throws PipelineError USAGE */
async function requireFree(port: string): Promise<void> {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) {
    throw new PipelineError("USAGE", `expected a port from 1 to 65535, got "${port}"`);
  }
  try {
    await using probe = createServer().listen(number, "127.0.0.1");
    await once(probe, "listening");
  } catch (cause) {
    const message = `127.0.0.1:${port} is in use: stop what listens there, or choose another: PORT=${number + 1}`;
    throw new PipelineError("USAGE", message, { cause });
  }
}

function requireImage(image: string): void {
  const { status, stderr, error } = spawnSync("docker", ["image", "inspect", image], { encoding: "utf8" });
  if (status === 0) return;
  const said = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
  if (/no such image/i.test(said)) {
    const message = `the engine has no image ${image}: build it first (make image, make stage-1 … stage-4)`;
    throw new PipelineError("USAGE", message);
  }
  throw new PipelineError("ENGINE", `the engine does not answer (${said}): docker info says why`);
}

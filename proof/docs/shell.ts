import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { RUN_LABEL, type Run } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";

/**
 * Runs a script as a reader would, by bash at the repository's root, and returns what it printed, errors included.
 * Its containers carry the run's label, so that an interrupted test leaves none.
 */
export async function runScript(
  run: Run,
  script: string,
  more: Record<string, string> = {},
): Promise<{ status: number | null; output: string }> {
  // Joined here and not by two pipes, so that errors stand where they were printed.
  const child = run.spawn("bash", ["-c", `exec 2>&1\n${script}`], {
    cwd: ROOT,
    env: { ...readerEnvironment(run), ...more },
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new TypeError("the script has no output");
  const output = text(child.stdout);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output: await output };
}

/** The environment of a reader's shell: the toolchain on PATH, nothing of the test runner. */
export function readerEnvironment(run: Run): NodeJS.ProcessEnv {
  const path = [labellingDocker(run), join(ROOT, "toolchain/bin"), process.env["PATH"]].join(delimiter);
  return { ...process.env, PATH: path, VITEST: undefined, NODE_ENV: undefined };
}

/** A folder with a `docker` that labels what it starts and is the real one otherwise. */
function labellingDocker(run: Run): string {
  const folder = join(run.folder, "bin");
  const real = spawnSync("which", ["docker"], { encoding: "utf8" }).stdout.trim();
  const script = `#!/bin/sh
case "$1" in
  run | create) verb=$1; shift; exec '${real}' "$verb" '--label=${RUN_LABEL}=${run.folder}' "$@" ;;
esac
exec '${real}' "$@"
`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "docker"), script, { mode: 0o755 });
  return folder;
}

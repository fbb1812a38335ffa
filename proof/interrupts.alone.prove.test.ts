import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { RUN_LABEL, removeStarted } from "pipeline/started";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

const stage3 = ["packages/ladder/src/main.ts", "stage", "3"];
const attack3 = ["course/attacks/src/main.ts", "3"];

/** Starts a command of the course and waits until the engine has started a container for it. */
async function inTheMiddle(program: readonly string[]): Promise<{ command: ChildProcess; folder: string }> {
  const events = spawn("docker", [
    "events",
    "--filter=event=start",
    `--filter=label=${RUN_LABEL}`,
    `--format={{index .Actor.Attributes "${RUN_LABEL}"}}`,
  ]);
  const args = [...program, "--bases", "out/bases.json"];
  const command = spawn(process.execPath, args, { cwd: ROOT, stdio: "ignore" });
  for await (const line of createInterface(events.stdout)) {
    if (!line.includes(`-${command.pid}-`)) continue;
    events.kill();
    return { command, folder: line };
  }
  throw new Error(`docker events ended before ${program.join(" ")} started a container`);
}

function left(folder: string): string[] {
  const kinds = ["container", "network", "volume", "image"].flatMap((kind) => {
    const all = kind === "container" ? ["--all"] : [];
    const listed = execFileSync("docker", [kind, "ls", "--quiet", ...all, `--filter=label=${RUN_LABEL}=${folder}`], {
      encoding: "utf8",
    });
    return listed.split("\n").filter((line) => line !== "");
  });
  return existsSync(folder) ? [...kinds, "record"] : kinds;
}

test.each([
  ["SIGINT", "stage 3", stage3],
  ["SIGTERM", "stage 3", stage3],
  ["SIGINT", "the attacks on it", attack3],
] as const)("%s in the middle of %s leaves nothing", async (signal, _, program) => {
  const { command, folder } = await inTheMiddle(program);
  command.kill(signal);
  const [code] = (await once(command, "exit")) as [number];
  expect(code).toBe(signal === "SIGINT" ? 130 : 143);
  expect(left(folder)).toEqual([]);
});

test("SIGKILL in the middle of stage 3 leaves what make clean then removes", async () => {
  const { command, folder } = await inTheMiddle(stage3);
  command.kill("SIGKILL");
  await once(command, "exit");
  expect(left(folder)).toContain("record");
  expect(left(folder).length).toBeGreaterThan(1);
  const removed = removeStarted();
  expect(removed.some((line) => line.startsWith("container "))).toBe(true);
  expect(left(folder)).toEqual([]);
  expect(existsSync(join(ROOT, "out/run")) ? readdirSync(join(ROOT, "out/run")) : []).toEqual([]);
});

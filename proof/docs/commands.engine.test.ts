import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../free-port.ts";
import { ROOT } from "../repository-copy.ts";
import { commands } from "./commands.ts";
import { readerEnvironment, runScript } from "./shell.ts";

const run = new Run("documented");
afterAll(() => run.close());

const foreground = Object.entries(commands).flatMap(([command, how]) =>
  how.how === "foreground" ? [[command, how.ask] as const] : [],
);

test.each(foreground)("%s answers %s, and Ctrl-C leaves nothing", { timeout: 240_000 }, async (command, ask) => {
  const port = await freePort();
  // Started as a group of its own, which is what a terminal interrupts. The real docker: it labels what it starts itself.
  const env = { ...readerEnvironment(run), PATH: `${join(ROOT, "toolchain/bin")}:${process.env["PATH"]}` };
  const child = run.spawn("bash", ["-c", `exec ${command} PORT=${port}`], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error(`${command} did not start`);
  const printed = text(child.stdout);
  const ended = once(child, "close");
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const status = () =>
    fetch(`http://127.0.0.1:${port}${ask}`).then(
      (answer) => answer.status,
      () => (over ? "ended" : "none"),
    );
  await expect.poll(status, { timeout: 200_000, interval: 200 }).not.toBe("none");
  expect(await status()).toBe(200);
  for (const [request, how] of Object.entries(commands)) {
    if (how.how !== "running" || how.against !== command) continue;
    const asked = await runScript(run, request.replace("curl ", "curl --silent --fail ").replace(":3000", `:${port}`));
    expect(asked, request).toMatchObject({ status: 0, output: expect.stringMatching(/[0-9a-f]{64}/) as string });
  }
  process.kill(-child.pid, "SIGINT");
  await ended;
  expect(await status()).toBe("ended");
  const [, container] = /^docker run .*--name=(\S+)/m.exec(await printed) ?? [];
  expect(container === undefined).toBe(command === "make dev");
  if (container === undefined) return;
  expect(execFileSync("docker", ["ps", "--all", "--quiet", `--filter=name=${container}`], { encoding: "utf8" })).toBe(
    "",
  );
  expect(existsSync(join(ROOT, "out/run", container))).toBe(false);
});

const toTheEnd = Object.keys(commands).filter((command) => commands[command]?.how === "engine");

test.each(toTheEnd)("%s ends with 0", { timeout: 240_000 }, async (command) => {
  // A project and a port of its own, should the reader's be running.
  const own = { COMPOSE_PROJECT_NAME: run.id.toLowerCase(), PORT: String(await freePort()) };
  run.beforeRemoval = () => spawnSync("docker", ["compose", "down"], { cwd: ROOT, env: { ...process.env, ...own } });
  const { status, output } = await runScript(run, command, own);
  expect(status, output).toBe(0);
});

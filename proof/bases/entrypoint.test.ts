import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const parent = mkdtempSync(join(tmpdir(), "entrypoint-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

describe("the start-up script of the node images", () => {
  /** Runs it with only a fake node and the system's folders on PATH, in a folder with a plain file. */
  const run = (...args: string[]) => {
    const folder = mkdtempSync(join(parent, "entrypoint-"));
    writeFileSync(join(folder, "node"), '#!/bin/sh\necho "node $*"\n', { mode: 0o755 });
    writeFileSync(join(folder, "app.js"), "");
    const script = join(import.meta.dirname, "files/docker-entrypoint.sh");
    return execFileSync("sh", [script, ...args], {
      cwd: folder,
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: "utf8",
    }).trim();
  };

  test.each<[string[], string]>([
    [["--version"], "node --version"],
    [["app.js", "x y"], "node app.js x y"],
    [["./app.js"], "node ./app.js"],
    [["not-a-command"], "node not-a-command"],
    [[], "node"],
    [["echo", "hello"], "hello"],
    [["node", "app.js"], "node app.js"],
  ])("%j runs %j", (args, output) => {
    expect(run(...args)).toBe(output);
  });

  test("it is replaced by the command: the process that was started is the one that gets signals", async () => {
    const script = join(import.meta.dirname, "files/docker-entrypoint.sh");
    const child = spawn("sh", [script, "sleep", "600"], { stdio: "ignore" });
    const comm = () => readFileSync(`/proc/${child.pid}/comm`, "utf8").trim();
    await expect.poll(comm).toBe("sleep");
    child.kill("SIGTERM");
    expect(await new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)))).toBe("SIGTERM");
  });
});

import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gatherFacts } from "./facts.ts";
import { clearStalePids, judgePid, waitForAnswer } from "./start.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A `docker` that comes first on PATH. */
function fakeDocker(script: string): void {
  writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "docker"), 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
}

describe("a noted process ID", () => {
  const comm = (pid: number) => ({ 10: "dockerd", 20: "sshd" })[pid];

  test.each([
    ["10\n", "running"],
    ["20", "other"],
    ["30", "dead"],
    ["", "dead"],
    ["not a number", "dead"],
  ])("%j is %s", (text, state) => {
    expect(judgePid(text, "dockerd", comm)).toBe(state);
  });

  test("a file of a living daemon stays; one of a dead or another process is removed, and said", () => {
    const note = (name: string, pid: string) => {
      const file = join(folder, name);
      writeFileSync(file, pid);
      return file;
    };
    const said: string[] = [];
    const clear = (file: string) => clearStalePids((line) => said.push(line), [{ file, name: "dockerd" }], comm);
    const [alive, other, dead] = [note("alive", "10"), note("other", "20"), note("dead", "30")];
    expect([clear(alive), clear(other), clear(dead), clear(join(folder, "none"))]).toEqual([true, false, false, false]);
    expect([alive, other, dead].map(existsSync)).toEqual([true, false, false]);
    expect(said).toEqual([`removing ${other}: its process is not dockerd`, `removing ${dead}: its process is gone`]);
  });

  test("this process is found under its real name", () => {
    const file = join(folder, "pid");
    writeFileSync(file, String(process.pid));
    expect(clearStalePids(() => undefined, [{ file, name: "surely-not-this" }])).toBe(false);
    expect(existsSync(file)).toBe(false);
  });
});

describe("waiting for the engine", () => {
  test("ends as soon as it answers", async () => {
    fakeDocker(`[ -e ${folder}/asked ] && exit 0; touch ${folder}/asked; exit 1`);
    await waitForAnswer(undefined, join(folder, "log"));
    expect(existsSync(join(folder, "asked"))).toBe(true);
  });

  test("a daemon that ends is noticed at once, with the end of its log", async () => {
    fakeDocker("exit 1");
    writeFileSync(join(folder, "log"), "failed to start daemon: no iptables\n");
    const waiting = waitForAnswer(spawn("false"), join(folder, "log"), 20_000);
    await expect(waiting).rejects.toMatchObject({
      code: "TOOL",
      message: "expected dockerd to keep running, it ended; its last lines:\nfailed to start daemon: no iptables",
    });
  });

  test("a daemon that is not there, and one that stays silent, are told apart", async () => {
    fakeDocker("exit 1");
    await expect(waitForAnswer(spawn(join(folder, "dockerd")), join(folder, "log"), 20_000)).rejects.toThrow(
      /it ended; see /,
    );
    await expect(waitForAnswer(undefined, join(folder, "log"), 300)).rejects.toThrow(
      /answer within 0.3 s, it did not; see /,
    );
  });
});

describe("looking at the machine", () => {
  test("an engine that answers: version, plugins, free space of its folder", async () => {
    const info = {
      ServerVersion: "28.1.0",
      DockerRootDir: folder,
      ClientInfo: { Plugins: [{ Name: "buildx", Version: "v0.29.0" }] },
    };
    writeFileSync(join(folder, "info.json"), JSON.stringify(info));
    fakeDocker(`cat ${folder}/info.json`);
    const facts = await gatherFacts();
    expect(facts).toMatchObject({ client: true, server: "28.1.0", buildx: "v0.29.0", compose: null, dataRoot: folder });
    expect(facts.freeBytes).toBeGreaterThan(0);
  });

  test("an engine that keeps its images on another machine: the space is unknown, not zero", async () => {
    writeFileSync(join(folder, "info.json"), JSON.stringify({ ServerVersion: "28.1.0", DockerRootDir: "/not/here" }));
    fakeDocker(`cat ${folder}/info.json`);
    expect((await gatherFacts()).freeBytes).toBeNull();
  });

  test("a client without an engine says why; no client at all is a fact too", async () => {
    fakeDocker('echo "{}"; echo "Cannot connect to the Docker daemon at unix:///x" >&2; exit 1');
    expect(await gatherFacts()).toMatchObject({
      client: true,
      server: null,
      refusal: "Cannot connect to the Docker daemon at unix:///x",
    });
    expect(await gatherFacts(join(folder, "empty"))).toMatchObject({ client: false, server: null, buildx: null });
  });
});

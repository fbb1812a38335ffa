import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, describe, expect, test } from "vitest";
import { mountsUnder, startTime, Workplace } from "./workplace.ts";

const parent = mkdtempSync(join(tmpdir(), "workplace-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

describe("the workplace", () => {
  const folderOf = (name: string) => join(parent, name);
  const place = (run: Run, name: string) => new Workplace(run, folderOf(name));

  test("runs commands with its folder as TMPDIR, says why one failed, and is gone afterwards", async () => {
    const run = new Run("workplace-test");
    try {
      using work = place(run, "a");
      await work.run("good", "sh", ["-c", 'test "$TMPDIR" = "$0"', work.folder]);
      await expect(work.run("bad", "sh", ["-c", "echo no such suite >&2; exit 7"])).rejects.toMatchObject({
        code: "TOOL",
        message: "expected bad to succeed, it ended with 7:\nno such suite",
      });
      await expect(work.run("none", join(parent, "not-a-program"), [])).rejects.toThrow(
        /expected none to succeed, .*ENOENT/,
      );
    } finally {
      run.close();
    }
    expect(readdirSync(folderOf("a"))).toEqual([]);
  });

  test("what a killed run left is removed, its command ended first; a living run's folder stays", async () => {
    const [run, next] = [new Run("killed-test"), new Run("next-test")];
    try {
      const child = run.spawn("sleep", ["600"], { stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
      for (const [name, owner] of [
        ["bases-dead", `999999999 1 ${run.id}`],
        ["bases-alive", `${process.pid} ${startTime(process.pid)} x`],
      ] as const) {
        mkdirSync(join(folderOf("b"), name), { recursive: true });
        writeFileSync(join(folderOf("b"), name, "owner"), owner);
      }
      using work = place(next, "b");
      expect(new Set(readdirSync(folderOf("b")))).toEqual(new Set([`bases-${process.pid}`, "bases-alive"]));
      expect(existsSync(work.folder)).toBe(true);
      expect(await ended).toBe("SIGKILL");
    } finally {
      run.close();
      next.close();
    }
  });

  test("a mount inside would be removed with it, so it is looked for", () => {
    const info = "36 35 98:0 / /srv/t/proc rw\n37 35 0:4 / /srv/t/proc/sub\\040dir rw\n38 35 0:5 / /srv/other rw\n";
    expect(mountsUnder("/srv/t", info)).toEqual(["/srv/t/proc/sub dir", "/srv/t/proc"]);
    expect(mountsUnder("/srv/nothing", info)).toEqual([]);
  });

  test("a start time tells a living process from a number", () => {
    expect(startTime(process.pid)).toMatch(/^\d+$/);
    expect(startTime(999_999_999)).toBe("");
  });
});

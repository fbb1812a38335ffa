import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type FileHandle, mkdir, open, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Directory } from "../testing/service.ts";
import { StagingArea } from "./staging.ts";

vi.mock("node:crypto", { spy: true });

const limits = { uploadLimitBytes: 100, stagedLimitBytes: 150 };
const fixedId = "00000000-0000-4000-8000-000000000000";

/** Node does not export the class of its file handles. */
async function fileHandlePrototype(): Promise<FileHandle> {
  await using handle = await open(process.execPath);
  return Object.getPrototypeOf(handle);
}

test("a staging file is readable by its owner only and gone when disposed of", async () => {
  await using directory = await Directory.create();
  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  {
    await using file = await area.open();
    await file.append(Buffer.from("abc"));
    const [name] = await directory.files();
    const path = join(directory.path, name ?? "");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toBe("abc");
    expect([file.size, area.stagedBytes]).toEqual([3, 3]);
  }
  expect([await directory.files(), area.stagedBytes]).toEqual([[], 0]);
});

test("a link planted under the name is neither followed nor removed", async () => {
  await using directory = await Directory.create();
  const victim = join(directory.path, "victim");
  await writeFile(victim, "untouched");
  await symlink(victim, join(directory.path, `upload-${process.pid}-${fixedId}`));
  vi.mocked(crypto.randomUUID).mockReturnValueOnce(fixedId);

  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  await expect(area.open()).rejects.toMatchObject({ code: "EEXIST" });
  area.removeAll();
  expect(await readFile(victim, "utf8")).toBe("untouched");
  expect(await directory.files()).toContain(`upload-${process.pid}-${fixedId}`);
});

test("names do not repeat", async () => {
  await using directory = await Directory.create();
  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  await using _a = await area.open();
  await using _b = await area.open();
  expect(new Set(await directory.files()).size).toBe(2);
});

test("removeAll leaves nothing, also of files that are open", async () => {
  await using directory = await Directory.create();
  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  await using file = await area.open();
  await file.append(Buffer.from("abc"));
  area.removeAll();
  expect(await directory.files()).toEqual([]);
});

test.each(["ENOSPC", "EDQUOT"])("%s on writing is STORAGE_FULL, and the file goes", async (code) => {
  await using directory = await Directory.create();
  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  {
    await using file = await area.open();
    const full = Object.assign(new Error("write failed"), { code });
    const appendFile = vi.spyOn(await fileHandlePrototype(), "appendFile").mockRejectedValueOnce(full);
    await expect(file.append(Buffer.from("abc"))).rejects.toMatchObject({ code: "STORAGE_FULL", cause: full });
    appendFile.mockRestore();
  }
  expect([await directory.files(), area.stagedBytes]).toEqual([[], 0]);
});

test("check passes where it can write and leaves nothing", async () => {
  await using directory = await Directory.create();
  await new StagingArea({ tmpdir: directory.path, ...limits }).check();
  expect(await directory.files()).toEqual([]);
});

test.each(["missing", "file"])("check names the directory that cannot be written (%s)", async (name) => {
  await using directory = await Directory.create();
  await writeFile(join(directory.path, "file"), "");
  const tmpdir = join(directory.path, name);
  const check = new StagingArea({ tmpdir, ...limits }).check();
  await expect(check).rejects.toMatchObject({ code: "TMPDIR_UNWRITABLE", message: expect.stringContaining(tmpdir) });
});

test("sweep takes what dead processes left under our name, and nothing else", async () => {
  await using directory = await Directory.create();
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  const named = (pid: number | undefined) => `upload-${pid}-${randomUUID()}`;
  const left = [named(child.pid), named(process.pid)]; // ours: of a process that had the number before us
  const victim = join(directory.path, "victim");
  await writeFile(victim, "untouched");
  const kept = ["victim", named(process.ppid), `upload-${randomUUID()}`, `${left[0]}.bak`, "upload-0x7-report.pdf"];
  for (const name of [...left, ...kept.slice(1)]) await writeFile(join(directory.path, name), "bytes");
  const link = named(child.pid);
  await symlink(victim, join(directory.path, link));
  await mkdir(join(directory.path, named(child.pid))); // a directory is not ours, whatever its name

  const area = new StagingArea({ tmpdir: directory.path, ...limits });
  expect(await area.sweep()).toBe(3);
  const names = await directory.files();
  expect(names).toEqual(expect.arrayContaining(kept));
  for (const name of [...left, link]) expect(names).not.toContain(name);
  expect(names).toHaveLength(kept.length + 1);
  expect(await readFile(victim, "utf8")).toBe("untouched");
});

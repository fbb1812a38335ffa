import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { RUN_LABEL, Run, recordedRuns, removeStarted } from "./started.ts";

const here = import.meta.dirname;

/** A process of this project's that starts `sleep` and waits; gives its run's ID and the child's number. */
async function starter(more = ""): Promise<{ process: ReturnType<typeof spawn>; id: string; pid: number }> {
  const source = `
    import { Run } from ${JSON.stringify(join(here, "started.ts"))};
    const run = new Run("probe");
    ${more}
    const child = run.spawn("sleep", ["600"]);
    console.log(JSON.stringify({ id: run.id, pid: child.pid }));`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", source], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { process: child, ...(JSON.parse(line.toString()) as { id: string; pid: number }) };
}

function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s removes the process and the record at once", async (signal, exitCode) => {
  const started = await starter();
  expect(isRunning(started.pid)).toBe(true);
  started.process.kill(signal);
  const [code] = (await once(started.process, "exit")) as [number];
  expect(code).toBe(exitCode);
  await expect.poll(() => isRunning(started.pid)).toBe(false); // the kernel ends it when it gets to it
  expect(recordedRuns()).not.toContain(started.id);
});

test("after SIGKILL the record remains, and removal by it ends the process", async () => {
  const started = await starter();
  started.process.kill("SIGKILL");
  await once(started.process, "exit");
  expect(isRunning(started.pid)).toBe(true);
  expect(recordedRuns()).toContain(started.id);
  expect(removeStarted(started.id)).toContain(`process ${started.pid}`);
  await expect.poll(() => isRunning(started.pid)).toBe(false); // the kernel ends it when it gets to it
});

test("a process that only got the recorded number is left alone", async () => {
  const run = new Run("probe");
  const child = spawn("sleep", ["600"], { detached: true });
  const file = join(run.folder, "processes.json");
  writeFileSync(file, JSON.stringify([{ pid: child.pid, started: "Thu Jan  1 00:00:00 1970" }]));
  run.close();
  expect(isRunning(child.pid ?? 0)).toBe(true);
  child.kill("SIGKILL");
});

test("an ended run leaves no folder, and its label is that folder", () => {
  const run = new Run("probe");
  expect(run.labels).toEqual({ [RUN_LABEL]: run.folder });
  expect(existsSync(run.folder)).toBe(true);
  run.close();
  expect(existsSync(run.folder)).toBe(false);
});

test("removal copes with a record that was half written", () => {
  const run = new Run("probe");
  mkdirSync(run.folder, { recursive: true });
  writeFileSync(join(run.folder, "processes.json"), '[{"pid":');
  expect(() => removeStarted(run.id)).not.toThrow();
  expect(existsSync(run.folder)).toBe(false);
  run.close();
});

test("clean-up of everything takes what this clone labelled, and leaves another's", () => {
  const run = new Run("probe");
  const records = dirname(run.folder);
  run.close();
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  // An engine that lists containers and notes what is to be removed.
  const values = [run.folder, `/other${run.folder}`, `${records}/audit`, `${records}-2/audit`, "audit"];
  const listed = values.map((value, index) => `c${index + 1}\t${value}`).join("\n");
  writeFileSync(join(folder, "list"), `${listed}\n`);
  const script = `#!/bin/sh\ncase "$1 $2" in "container ls") cat ${folder}/list;; *" rm") echo "$@" >> ${folder}/rm;; esac\n`;
  writeFileSync(join(folder, "docker"), script, { mode: 0o755 });
  const source = `
    import { removeLabelled } from ${JSON.stringify(join(here, "started.ts"))};
    console.log(JSON.stringify(removeLabelled("container")));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", source], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` },
  });
  expect(JSON.parse(stdout)).toEqual(["container c1", "container c3"]);
  expect(readFileSync(join(folder, "rm"), "utf8")).toBe("container rm --force --volumes c1 c3\n");
  rmSync(folder, { recursive: true });
});

test("a command that must be alone is refused while another run of its name goes on, and by nothing else", async () => {
  const first = await starter(`run.alone("make probe");`);
  const second = new Run("probe");
  const other = new Run("probe-test");
  expect(() => other.alone("make probe-test")).not.toThrow();
  expect(() => second.alone("make probe")).toThrow(
    expect.objectContaining({
      code: "BUSY",
      exitCode: 3,
      message: `another make probe (process ${first.process.pid}) runs in this clone: wait for it or end it`,
    }) as Error,
  );
  first.process.kill("SIGINT");
  await once(first.process, "exit");
  expect(() => second.alone("make probe")).not.toThrow();
  for (const run of [second, other]) run.close();
});

test("the record of a killed run, and of one whose number another process got, block nobody", async () => {
  const killed = await starter(`run.alone("make probe");`);
  const next = new Run("probe");
  expect(() => next.alone("make probe")).toThrow("another make probe");
  killed.process.kill("SIGKILL");
  await once(killed.process, "exit");
  expect(recordedRuns()).toContain(killed.id);
  expect(() => next.alone("make probe")).not.toThrow();
  removeStarted(killed.id);
  next.close();
  const { process: holder, id } = await starter(`run.alone("make probe");`);
  const later = new Run("probe");
  const file = join(later.folder, "..", id, "alone");
  writeFileSync(file, readFileSync(file, "utf8").replace(/\d{4}$/, "1970")); // of a process with this number, long ago
  expect(() => later.alone("make probe")).not.toThrow();
  holder.kill("SIGINT");
  await once(holder, "exit");
  later.close();
});

test("a signal that reaches ps or docker before they have a group of their own loses no record and no removal", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalled-"));
  const real = spawnSync("which", ["ps"], { encoding: "utf8" }).stdout.trim();
  const once = (name: string) =>
    `[ -e ${folder}/${name}-signalled ] || { : > ${folder}/${name}-signalled; kill -INT $$; }`;
  writeFileSync(join(folder, "ps"), `#!/bin/sh\n${once("ps")}\nexec ${real} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, "docker"), `#!/bin/sh\n${once("docker")}\necho "$1 $2"\n`, { mode: 0o755 });
  const source = `
    import { readFileSync } from "node:fs";
    import { engineLines, Run } from ${JSON.stringify(join(here, "started.ts"))};
    const run = new Run("probe");
    run.spawn("sleep", ["600"]).unref();
    console.log(readFileSync(run.folder + "/processes.json", "utf8"), engineLines("container", "ls"));
    run.close();`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", source], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` },
  });
  expect(stdout).toMatch(/^\[\{"pid":\d+,"started":".+"\}\] \[ 'container ls' \]\n$/);
  expect(readdirSync(folder).toSorted()).toEqual(["docker", "docker-signalled", "ps", "ps-signalled"]);
  rmSync(folder, { recursive: true });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;
// A process group of its own, in which a signal reaches the command and what it waits for, and nothing else.
const options = { encoding: "utf8" as const, detached: true };

function run(body: string): { status: number | null; stderr: string } {
  const source = `
    import { command } from ${JSON.stringify(join(here, "command.ts"))};
    import { PipelineError } from ${JSON.stringify(join(here, "errors.ts"))};
    await command("probe", async (run) => { ${body} });`;
  return spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", source], options);
}

test("the body's number is the exit code", () => {
  expect(run("return 1;").status).toBe(1);
});

test("a usage error ends with 2 and one sentence, an engine error with 3", () => {
  const usage = run(`throw new PipelineError("USAGE", "expected an image, got nothing");`);
  expect(usage).toMatchObject({ status: 2, stderr: "probe: expected an image, got nothing\n" });
  expect(run(`throw new PipelineError("ENGINE", "no engine");`).status).toBe(3);
});

test("an unknown option is a usage error that names it", () => {
  const result = spawnSync(process.execPath, [join(here, "run.ts"), "--nonsense"], { encoding: "utf8" });
  expect(result.status).toBe(2);
  expect(result.stderr).toContain("--nonsense");
  expect(result.stderr).not.toContain("    at ");
});

test("a bug shows its stack", () => {
  const bug = run(`throw new Error("unforeseen");`);
  expect(bug.status).toBe(3);
  expect(bug.stderr).toMatch(/this is a bug: Error: unforeseen[\s\S]*at /);
});

test("Ctrl-C that also ends the program waited for is one sentence: the program's failure is nobody's bug", () => {
  // The program sends it to its group, as a terminal does; the command then sees it fail.
  // sleep: a program that would go on for long. It ends by the signal, and so does the wait for it.
  for (const wait of [
    `execFileSync("sh", ["-c", "kill -INT 0; sleep 60"]);`,
    `spawnSync("sh", ["-c", "kill -INT 0"]);`,
  ]) {
    const source = `const { execFileSync, spawnSync } = await import("node:child_process"); ${wait} return 0;`;
    const { status, stderr } = run(source);
    expect({ status, stderr }).toEqual({ status: 130, stderr: "\nSIGINT: removing what probe started\n" });
  }
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;

function run(body: string): { status: number | null; stderr: string } {
  const source = `
    import { command } from ${JSON.stringify(join(here, "command.ts"))};
    import { PipelineError } from ${JSON.stringify(join(here, "errors.ts"))};
    await command("probe", async (run) => { ${body} });`;
  return spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", source], { encoding: "utf8" });
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

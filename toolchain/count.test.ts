import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** Runs these test files, in a folder of their own, with the reporter that every tier has. */
function run(files: Record<string, string>, ...args: string[]): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), "count-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const config = `import { Count } from ${JSON.stringify(join(ROOT, "toolchain/count.ts"))};
    export default { test: { reporters: ["default", new Count()] } };`;
  writeFileSync(join(folder, "vitest.config.mjs"), config);
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(
      join(folder, `${name}.test.ts`),
      `import { beforeAll, describe, expect, test } from "vitest";\n${body}`,
    );
  }
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, VITEST: undefined } } as const;
  return spawnSync(join(ROOT, "node_modules/.bin/vitest"), ["run", ...args], options);
}

// The tests inside the strings are what is counted, the skipped ones too.
test("counts what passed, failed and was skipped, and names the last two at the very end", () => {
  const { status, stdout } = run({
    tests: `test("good", () => {}); test.skip("not here: no engine", () => {});
      test("bad", () => { throw new Error("first line\\nsecond"); });`,
    hook: `describe("set-up", () => { beforeAll(() => { throw new Error("no engine"); }); test("behind it", () => {}); });`,
    broken: `import "./nowhere.ts";`,
  });
  expect(status).toBe(1);
  const lines = stdout.trimEnd().split("\n").slice(-7);
  expect(lines).toContain("skipped set-up > behind it");
  expect(lines).toContain("skipped not here: no engine");
  expect(lines).toContain("failed bad: first line");
  expect(lines).toContain("failed hook.test.ts: no engine");
  expect(lines.join("\n")).toMatch(/failed broken.test.ts: .*nowhere/);
  expect(lines.at(-1)).toBe("1 passed, 3 failed, 2 skipped");
});

test("a run in which nothing passed has failed, unless it was to find nothing; one with a pass has not", () => {
  const skipped = run({ tests: `test.skip("not here", () => {});` });
  expect(skipped.stdout).toMatch(/\n0 passed, 0 failed, 1 skipped\n$/);
  expect(skipped.status).toBe(1);
  expect(run({ tests: `test("good", () => {});` }).status).toBe(0);
  expect(run({}).status).toBe(1);
  expect(run({}, "--passWithNoTests").status).toBe(0);
});

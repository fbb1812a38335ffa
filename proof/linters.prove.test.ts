import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";

// The linters are tests of their own project; here one refuses, and one is not installed.
test("make check fails with the words of the linter that refuses, and names those that are not here", () => {
  using copy = new RepositoryCopy();
  copy.install("");
  spawnSync("git", ["init", "--quiet"], { cwd: copy.root });
  copy.write("pipeline/unused.ts", "const unused = 1;\n");
  const args = ["run", "--no-color", "--project=lint", "--testNamePattern=biome|shellcheck"];
  const env = { ...process.env, VITEST: undefined };
  const options = { cwd: copy.root, encoding: "utf8", env } as const;
  const { status, stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin/vitest"), args, options);
  expect(`${stdout}${stderr}`).toContain("noUnusedVariables");
  expect(stdout).toContain("\nfailed biome: ");
  expect(stdout).toContain("\nskipped shellcheck: not installed on this machine");
  expect(status).toBe(1);
});

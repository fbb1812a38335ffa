import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a repository that is no name is refused before a registry, a database or a Sigstore is looked for", () => {
  const env = { ...process.env, REPOSITORY: "not a name" };
  const { status, stderr } = spawnSync("node", [join(import.meta.dirname, "around.ts"), "true"], {
    env,
    encoding: "utf8",
  });
  expect(stderr).toBe('around: REPOSITORY is "not a name": expected host/name, no tag, no digest\n');
  expect(status).toBe(2);
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const parent = mkdtempSync(join(tmpdir(), "check-node-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

const laidOut = { node: "v24.21.0", yarn: "1.22.22", npm: "11.19.0", corepack: "0.36.0" };

/** Runs the check with programs that say these versions; null stands for one that does not run. */
function check(versions: Partial<Record<keyof typeof laidOut, string | null>>) {
  const folder = mkdtempSync(join(parent, "bin-"));
  for (const [name, version] of Object.entries({ ...laidOut, ...versions })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${version === null ? "exit 1" : `echo ${version}`}\n`, {
      mode: 0o755,
    });
  }
  const script = join(import.meta.dirname, "files/check-node.sh");
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { status, stderr } = spawnSync("sh", [script, "24.21.0", "1.22.22"], { env, encoding: "utf8" });
  return { status, stderr: stderr.trim() };
}

test("what was laid out passes", () => {
  expect(check({})).toEqual({ status: 0, stderr: "" });
});

test.each([
  [{ node: "v24.20.0" }, "expected node to say v24.21.0, it says v24.20.0"],
  [{ yarn: "4.0.0" }, "expected yarn to say 1.22.22, it says 4.0.0"],
  [{ npm: null }, "npm does not run"],
  [{ corepack: "an error" }, "expected corepack to say [0-9]*, it says an error"],
])("%o fails, and says which", (versions, message) => {
  expect(check(versions)).toEqual({ status: 1, stderr: message });
});

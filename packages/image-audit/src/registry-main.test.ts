import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "registry-main.ts");
const ended = (...args: string[]) => spawnSync("node", [main, ...args], { encoding: "utf8" });

test.each([
  [[], "expected one reference, got 0"],
  [[""], 'expected one reference, got ""'],
  [["a:1", "b:1"], "expected one reference, got 2"],
  [["nonsense"], 'got "nonsense"'],
  [["!!bad ref@@", "--checklist"], 'got "!!bad ref@@"'],
  [["host.test/x@sha256:abc"], 'got "host.test/x@sha256:abc"'],
  [["host.test/x:1", "--colour"], "--colour"],
])("%j is one sentence and exit code 2, never a table", (args, message) => {
  const { status, stdout, stderr } = ended(...args);
  expect(stderr).toContain(message);
  expect([status, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
});

test("an image of an engine has no signature: every check is unknown, and that is a finding", () => {
  const { status, stdout } = ended("hardened-node-api:stage-4");
  expect(status).toBe(1);
  expect(stdout).toContain("names no registry");
});

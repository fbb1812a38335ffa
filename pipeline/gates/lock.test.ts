import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../bake.ts";
import { judgeLockFile, returned } from "./lock.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const lock = read("pnpm-lock.yaml");

/** The text with one piece replaced; a piece that does not occur would test nothing. */
function tampered(text: string, piece: string | RegExp, by: string): string {
  const after = text.replace(piece, by);
  expect(after).not.toBe(text);
  return after;
}

test("this repository's lock file passes", () => {
  expect(judgeLockFile(lock)).toEqual([]);
});

test.each([
  ["no integrity", /^( {2}express@5.*:\n) {4}resolution: .*$/m, "$1    resolution: {}", "expected a sha512 integrity"],
  [
    "a weak hash",
    /^( {2}express@5.*:\n {4}resolution: )\{.*$/m,
    "$1{integrity: sha1-aaaa}",
    "expected a sha512 integrity",
  ],
  [
    "a tarball beside the hash",
    /^( {2}express@5.*:\n {4}resolution: \{)/m,
    "$1tarball: https://evil.test/x.tgz, ",
    "evil.test",
  ],
  [
    "a git repository",
    /^( {2}express@5.*:\n {4}resolution: )\{.*$/m,
    "$1{type: git, repo: x, commit: y}",
    '"type":"git"',
  ],
])("a package with %s is refused", (_, piece, by, message) => {
  expect(judgeLockFile(tampered(lock, piece, by)).join("\n")).toContain(message);
});

test.each(["file:../express", "link:../express"])("a direct dependency from %s is refused", (version) => {
  const direct = /^( {6}express:\n {8}specifier: .*\n {8}version: ).*$/m;
  expect(judgeLockFile(tampered(lock, direct, `$1${version}`)).join()).toContain(version);
});

const patch = (commit: string, ...lines: string[]) => `commit ${commit}\n\ndiff --git a/x b/x\n${lines.join("\n")}\n`;
const bumped = [patch("a1", "+  qs@1.0.0:", "+  '@types/qs@1.0.0':"), patch("b2", "-  qs@1.0.0:", "+  qs@1.0.1:")].join(
  "",
);
const lockOf = (...names: string[]) =>
  `importers: {}\npackages:\n${names.map((name) => `  '${name}':\n    resolution: {integrity: x}`).join("\n")}\n`;

test("an entry that history replaced may not come back, committed or not", () => {
  expect(returned(lockOf("qs@1.0.1", "@types/qs@1.0.0"), bumped)).toEqual([]);
  expect(returned(lockOf("qs@1.0.0"), bumped)).toEqual(["qs@1.0.0"]);
  const back = bumped + patch("c3", "-  qs@1.0.1:", "+  qs@1.0.0:");
  expect(returned(lockOf("qs@1.0.0"), back)).toEqual(["qs@1.0.0"]);
});

test("an entry that one commit only moves has not come back", () => {
  const moved = bumped + patch("c3", "-  '@types/qs@1.0.0':", "+  '@types/qs@1.0.0':");
  expect(returned(lockOf("qs@1.0.1", "@types/qs@1.0.0"), moved)).toEqual([]);
});

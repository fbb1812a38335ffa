import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { byTest } from "./elsewhere.ts";

test.each(byTest)("$attacks: the test that tries it is there, and runs", ({ file, title }) => {
  expect(whyNot(readFileSync(join(ROOT, file), "utf8"), title), file).toBeUndefined();
});

test("a test that is gone, a comment, skipped, or in a skipped block does not count", () => {
  const [line, each] = ['  test("a", () => {});', 'test.each([\n  ["a", 1],\n])("%s", () => {});'];
  expect(whyNot(`describe.skipIf(missing)(() => {\n${line}\n});`, "a")).toBeUndefined();
  expect(whyNot(each, "a")).toBeUndefined();
  for (const text of [`// ${line}`, `/*\n${line}\n*/`, 'const a = "a";', 'test("ab", () => {});', `${line}\n${line}`]) {
    expect(whyNot(text, "a"), text).toContain("expected one test");
  }
  for (const text of ["test.skip", "test.todo", "describe.skip", "test.only"]) {
    expect(whyNot(`${text}("b", () => {});\n${line}`, "a"), text).toContain(text.split(".")[1]);
  }
});

/** Why a file does not run a test of that title; `skipIf` may: it says why. Undefined: it does. */
function whyNot(text: string, title: string): string | undefined {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const quoted = JSON.stringify(title).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = code.match(new RegExp(`(?:\\b(?:test|proves)\\(|\\[)\\s*${quoted},`, "g"))?.length ?? 0;
  if (found !== 1) return `expected one test "${title}", found ${found}`;
  return /\.(?:skip|todo|only|fails)\b/.exec(code)?.[0];
}

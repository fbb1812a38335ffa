import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

const rows = readFileSync(join(ROOT, "docs/requirements.md"), "utf8")
  .split("\n")
  .map((line) => /^\| ([A-E]\d+) +\| (.*?) +\| (.*?) +\| (.*?) *\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, id = "", , state = "", tests = ""]) => ({
    id,
    state,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
  }));

const areas = { A: 11, B: 13, C: 5, D: 23, E: 19 };
const ids = Object.entries(areas).flatMap(([area, count]) =>
  Array.from({ length: count }, (_, index) => `${area}${index + 1}`),
);

test("every requirement has exactly one row", () => {
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test("a row names its tests, and every file it names is one that runs", () => {
  for (const { id, state, tests } of rows) {
    expect(tests.length > 0, id).toBe(state !== "not yet");
    for (const file of tests) {
      expect(file, id).toMatch(/\.test\.ts$/);
      expect(existsSync(join(ROOT, file)), `${id}: ${file}`).toBe(true);
    }
  }
});

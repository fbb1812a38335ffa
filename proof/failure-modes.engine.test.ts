import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { blocksOf } from "./docs/page.ts";
import { pageTests } from "./docs/page-tests.ts";
import { ROOT } from "./repository-copy.ts";

const blocks = blocksOf("course/failure-modes.md");
afterAll(() => rmSync(join(ROOT, "out/ca"), { recursive: true, force: true }));

test("four failures, each broken and then mended", () => {
  const titles = [...new Set(blocks.map(({ heading }) => heading))];
  expect(titles.map((title) => title.slice(0, 3))).toEqual(["1. ", "2. ", "3. ", "4. "]);
  for (const title of titles) {
    expect(blocks.filter(({ heading }) => heading === title).map(({ meta }) => meta)).toEqual(["broken", "mended"]);
  }
});

pageTests("failure-modes", blocks);

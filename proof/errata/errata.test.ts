import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf } from "../docs/page.ts";
import { ROOT } from "../repository-copy.ts";

const blocks = blocksOf("docs/errata.md");
const rows = [
  ...new Set(blocks.map(({ heading }) => /^E\d+(?=:)/.exec(heading)?.[0]).filter((id) => id !== undefined)),
];

test("the rows that are published", () => {
  expect(rows).toEqual("E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 E12 E13 E14 E15 E16 E17 E18 E19".split(" "));
});

test.each(rows)("%s shows the wrong way and the right way, each with its output", (id) => {
  const own = blocks.filter(({ heading }) => heading.startsWith(`${id}:`));
  expect(own.map(({ meta }) => meta)).toEqual(["wrong", "right"]);
  for (const { outputs } of own) expect(outputs.join("")).not.toBe("");
  // The two differ in more than the image's name: a right way that prints what the wrong one does is none.
  expect(own[0]?.outputs).not.toEqual(own[1]?.outputs);
});

test("E12 shows the sizes of docs/variants.md, which are held to what is measured", () => {
  const cellsOf = (page: string, start: RegExp) =>
    readFileSync(join(ROOT, "docs", page), "utf8")
      .split("\n")
      .filter((line) => start.test(line))
      .map((line) => line.split("|").map((cell) => cell.trim()));
  const [files = [], compressed = []] = cellsOf("variants.md", /^\| (?:size|compressed \()/);
  const shown = cellsOf("errata.md", /^\| (?:distroless|alpine|chainguard) /).map((cells) => cells.slice(3, 5));
  expect(shown).toEqual([2, 3, 4].map((column) => [files[column], compressed[column]]));
});

import { expect, test } from "vitest";
import { blocksOf } from "../docs/page.ts";

const blocks = blocksOf("docs/errata.md");
const rows = [
  ...new Set(blocks.map(({ heading }) => /^E\d+(?=:)/.exec(heading)?.[0]).filter((id) => id !== undefined)),
];

test("the rows that are published", () => {
  expect(rows).toEqual("E1 E2 E3 E4 E8 E9 E10 E11 E13 E14 E16 E17 E18 E19".split(" "));
});

test.each(rows)("%s shows the wrong way and the right way, each with its output", (id) => {
  const own = blocks.filter(({ heading }) => heading.startsWith(`${id}:`));
  expect(own.map(({ meta }) => meta)).toEqual(["wrong", "right"]);
  for (const { outputs } of own) expect(outputs.join("")).not.toBe("");
  // The two differ in more than the image's name: a right way that prints what the wrong one does is none.
  expect(own[0]?.outputs).not.toEqual(own[1]?.outputs);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { complaints } from "./accounts.ts";
import { commands, type How } from "./commands.ts";
import { executed } from "./executed.ts";
import { blocksOf, pages, shellBlocks } from "./page.ts";

const all = pages().flatMap(blocksOf);

test("every command in every page is run by a test, or skipped by name", () => {
  expect(all.length).toBeGreaterThan(10);
  expect(complaints(all)).toEqual([]);
});

test("every block whose output is shown is on a page that is executed", () => {
  expect(all.filter(({ outputs }) => outputs.includes(""))).toEqual([]); // nothing shown is nothing compared
  const shown = all.filter(({ outputs }) => outputs.length > 0).map(({ page }) => page);
  expect(new Set(shown)).toEqual(new Set(Object.keys(executed)));
  for (const [page, file] of Object.entries(executed)) {
    expect(readFileSync(join(ROOT, file), "utf8"), file).toContain(`blocksOf("${page}")`);
  }
});

const skipped = Object.entries(commands).filter(([, { how }]) => how === "skipped");
test("only what may be skipped is", () => {
  for (const [command] of skipped)
    expect(command).toMatch(
      /^(make test|make prove|\.ci\/run|gh |docker push|cosign |make checklist IMAGE=REGISTRY|make vulnerabilities)/,
    );
});

test.skip.each(skipped.map(([command, how]) => [command, "reason" in how ? how.reason : ""] as const))(
  "%s: %s",
  () => undefined,
);

const block = (script: string) => shellBlocks("x.md", `\`\`\`sh\n${script}\n\`\`\`\n`);

test("a command that nobody runs is named with its place and what to do", () => {
  expect(complaints(block("make new # comment"), {})).toEqual([
    "x.md:1: no test runs `make new`: show its output in a text block directly behind it, or say in proof/docs/commands.ts how it is run",
  ]);
});

test.each<[string, How, RegExp]>([
  ["a test that is not there", { how: "covered", by: "proof/none.test.ts", as: "make image" }, /which is not there$/],
  [
    "a test that runs something else",
    { how: "covered", by: "proof/card.test.ts", as: "make image" },
    /which has no `make image`$/,
  ],
  [
    "another command line",
    { how: "covered", by: "proof/first-law.engine.test.ts", as: 'make("check"' },
    /image is missing$/,
  ],
  ["nothing to run against", { how: "running", against: "make none" }, /which is not a foreground command$/],
])("a command covered by %s is noticed", (_, how, sentence) => {
  expect(complaints(block("make image"), { "make image": how })).toEqual([expect.stringMatching(sentence) as string]);
});

test("a line for a command that no page has is noticed", () => {
  expect(complaints([], { "make old": { how: "engine" } })).toEqual([
    "proof/docs/commands.ts: no page has the command `make old`: remove its line",
  ]);
});

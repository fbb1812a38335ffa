import { expect, test } from "vitest";
import { commandsOf, shellBlocks } from "./page.ts";

const fence = (info: string, body: string) => `\`\`\`${info}\n${body}\n\`\`\`\n`;

test("a block of commands has its place and the outputs directly behind it", () => {
  const page = `# Title\n\n## Part\n\n${fence("sh wrong", "ls")}\n${fence("text", "a")}\n${fence("text", "b")}`;
  expect(shellBlocks("x.md", page)).toEqual([
    { page: "x.md", line: 5, heading: "Part", meta: "wrong", script: "ls", outputs: ["a", "b"] },
  ]);
});

test("a text block behind prose belongs to no command", () => {
  const [block] = shellBlocks("x.md", `${fence("sh", "ls")}\nprose\n\n${fence("text", "a")}`);
  expect(block?.outputs).toEqual([]);
});

test("commands are lines without comments", () => {
  const [block] = shellBlocks("x.md", fence("sh", "make demo    # all of it\n\n# alone\nmake test"));
  expect(block && commandsOf(block)).toEqual(["make demo", "make test"]);
});

test("a block marked bash would be run by nothing and is refused", () => {
  expect(() => shellBlocks("x.md", fence("bash", "ls"))).toThrow(
    "x.md:1: expected commands in a block marked sh, which is run; got bash",
  );
});

import { expect, test } from "vitest";
import { commandChain, nodeScript, shellLine } from "./command.ts";

test.each([
  [["dumb-init", "--", "node", "a.js"], "node"],
  [["/usr/bin/dumb-init", "--rewrite", "15:2", "-c", "node"], "node"],
  [["tini", "-e", "143", "-g", "--", "env", "A=b", "sh", "-c", "x"], "sh"],
  [["docker-entrypoint.sh", "npm", "start"], "npm"],
])("%j executes %s in the end", (argv, program) => {
  expect(commandChain(argv).at(-1)?.[0]).toBe(program);
});

test.each([
  [["/bin/sh", "-c", "node a.js"], "node a.js"],
  [["/bin/bash", "-o", "pipefail", "-ec", "x"], "x"],
  [["/bin/sh", "/start.sh"], null],
  [["node", "-c", "a.js"], null],
])("shell line of %j", (argv, line) => {
  expect(shellLine(argv)).toBe(line);
});

test.each([
  [["node", "a.js", "b.js"], "a.js"],
  [["/nodejs/bin/node", "--disable-sigusr1", "--require", "./r.js", "--import=x", "a.js"], "a.js"],
  [["node", "-e", "1"], null],
  [["node", "--", "-odd.js"], "-odd.js"],
  [["npm", "start"], null],
])("script of %j", (argv, script) => {
  expect(nodeScript(argv)).toBe(script);
});

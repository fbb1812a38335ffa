import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { commandChain, nodeScript, shellLine, startEnvironment } from "./command.ts";

test.each([
  [["dumb-init", "--", "node", "a.js"], "node"],
  [["/usr/bin/dumb-init", "--rewrite", "15:2", "-c", "node"], "node"],
  [["tini", "-e", "143", "-g", "--", "env", "A=b", "sh", "-c", "x"], "sh"],
  [["docker-entrypoint.sh", "npm", "start"], "npm"],
  [["nice", "-n", "5", "ionice", "-c3", "node"], "node"],
  [["/usr/bin/timeout", "-k", "5", "--signal=TERM", "1h", "node"], "node"],
  [["setpriv", "--reuid", "1000", "--clear-groups", "--", "node"], "node"],
  [["gosu", "app", "sh", "-c", "x"], "sh"],
  [["su-exec", "1000:1000", "node"], "node"],
  [["chroot", "--userspec=1000", "/", "node"], "node"],
  [["nohup", "setsid", "-w", "stdbuf", "-oL", "-e", "0", "node"], "node"],
  [["env", "-i", "-u", "X", "--", "A=b", "C=", "node", "D=e"], "node"],
  [["constructor", "node"], "constructor"],
  [["node", "env", "A=b"], "node"],
])("%j executes %s in the end", (argv, program) => {
  expect(commandChain(argv).at(-1)?.[0]).toBe(program);
});

test.each([
  [["env", "A=2", "node"], { A: "2", B: "1" }],
  [["dumb-init", "env", "-u", "A", "nice", "env", "C=x=y", "node"], { B: "1", C: "x=y" }],
  [["env", "--unset=A", "-uB", "node"], {}],
  [["env", "-uTitle", "-C", "/", "node"], { A: "1", B: "1" }],
  [["env", "-i", "C=3", "node"], { C: "3" }],
  [["node", "env", "A=2"], { A: "1", B: "1" }],
])("environment behind %j", (entrypoint, env) => {
  const { config } = observationOf({ config: { entrypoint, cmd: [], env: { A: "1", B: "1" } } });
  expect(startEnvironment(config)).toEqual(env);
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

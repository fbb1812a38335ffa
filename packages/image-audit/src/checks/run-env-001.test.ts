import { expect, test } from "vitest";
import { nodeOf, outcomeWith, told } from "../../test/traces.ts";
import { runEnv001 } from "./run-env-001.ts";

test("passes when every process has it", () => {
  expect(told(outcomeWith(runEnv001, "asRun"))).toBe("pass: Node process 7: NODE_ENV=production");
});

test.each([
  [null, "not set"],
  ["", '""'],
  ["development", '"development"'],
  ["Production", '"Production"'],
])("fails when one process has %j", (value, said) => {
  const other = nodeOf({ pid: 9, environment: { NODE_ENV: value, NODE_TLS_REJECT_UNAUTHORIZED: null } });
  expect(told(outcomeWith(runEnv001, "asRun", { nodes: [nodeOf(), other] }))).toBe(
    `fail: process 9: NODE_ENV is ${said}`,
  );
});

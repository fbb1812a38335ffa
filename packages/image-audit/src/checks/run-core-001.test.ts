import { expect, test } from "vitest";
import { nodeOf, outcomeWith, told } from "../../test/traces.ts";
import { runCore001 } from "./run-core-001.ts";

test("passes when both limits are 0", () => {
  expect(told(outcomeWith(runCore001, "asRun"))).toBe("pass: Node process 7: core limit 0, soft and hard");
});

test.each([
  ["a dump would be written", { soft: "unlimited", hard: "unlimited" }],
  ["the process may raise its limit", { soft: "0", hard: "unlimited" }],
])("fails when %s", (_, coreLimit) => {
  expect(told(outcomeWith(runCore001, "asRun", { nodes: [nodeOf(), nodeOf({ pid: 9, coreLimit })] }))).toBe(
    `fail: process 9: core limit soft ${coreLimit.soft}, hard ${coreLimit.hard}`,
  );
});

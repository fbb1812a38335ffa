import { expect, test } from "vitest";
import { nodeOf, outcomeWith, switchedTo, told } from "../../test/traces.ts";
import { runReport001 } from "./run-report-001.ts";

test("passes when no report has it", () => {
  expect(told(outcomeWith(runReport001, "asRun"))).toBe("pass: Node process 7: a report has no environment");
});

test("fails when one process's report has it", () => {
  const nodes = [nodeOf(), { ...switchedTo({ reportHasEnvironment: true }), pid: 9 }];
  expect(told(outcomeWith(runReport001, "asRun", { nodes }))).toBe("fail: process 9: a report has its environment");
});

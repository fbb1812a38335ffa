import { expect, test } from "vitest";
import { notStarted, outcomeWith, processOf, told } from "../../test/traces.ts";
import { runUser001 } from "./run-user-001.ts";

const withProcess = (changes: Parameters<typeof processOf>[0]) =>
  told(outcomeWith(runUser001, "asRun", { processes: [processOf(), processOf({ pid: 9, ...changes })] }));

test("passes when no process is root", () => {
  expect(told(outcomeWith(runUser001, "asRun"))).toBe("pass: 2 processes, all 65532:65532");
});

test.each([
  ["the effective user", { uids: [1000, 0, 1000, 1000] }, "user IDs 1000 0 1000 1000"],
  ["the saved user, which it can return to", { uids: [1000, 1000, 0, 1000] }, "user IDs 1000 1000 0 1000"],
  ["the group", { gids: [0, 0, 0, 0] }, "group IDs 0 0 0 0"],
  ["a supplementary group", { groups: [65532, 0] }, "supplementary groups 65532 0"],
])("fails when one process has root as %s", (_, changes, message) => {
  expect(withProcess(changes)).toBe(`fail: process 9 (node /app/main.js) has ${message}`);
});

test("is unknown when the app did not start", () => {
  const outcome = outcomeWith(runUser001, "asRun", { start: notStarted, processes: [] });
  expect(told(outcome)).toBe("unknown: no process could be looked at: it ended with exit code 1");
});

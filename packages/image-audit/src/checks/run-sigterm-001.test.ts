import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runSigterm001 } from "./run-sigterm-001.ts";

test("passes for exit code 0 within the budget", () => {
  expect(told(outcomeWith(runSigterm001, "sigterm"))).toBe("pass: SIGTERM: exit code 0 after 900 ms");
});

test.each([
  ["killed", { killed: true, stopMs: null, exitCode: 137 }, "it ignored SIGTERM and was killed: exit code 137"],
  ["not handled", { exitCode: 143, stopMs: 40 }, "it died of SIGTERM after 40 ms without handling it: exit code 143"],
  ["an error", { exitCode: 1 }, "it ended after 900 ms with exit code 1"],
  ["out of memory", { exitCode: 137, oomKilled: true }, "out of memory while it stopped: exit code 137"],
  ["too slow", { stopMs: 5001 }, "it took 5001 ms, the budget is 5000 ms"],
])("fails: %s", (_, changes, message) => {
  expect(told(outcomeWith(runSigterm001, "sigterm", changes))).toBe(`fail: ${message}`);
});

test("is unknown without a budget", () => {
  expect(told(outcomeWith(runSigterm001, "sigterm", {}, {}))).toBe('unknown: no limit "stopMs" was given');
});

import { expect, test } from "vitest";
import { notStarted, outcomeWith, processOf, told } from "../../test/traces.ts";
import { runCap001 } from "./run-cap-001.ts";

test("passes when no process has a bounding set", () => {
  expect(told(outcomeWith(runCap001, "asRun"))).toBe("pass: 2 processes: CapBnd 0");
});

test("fails when one process has, whatever is effective", () => {
  const processes = [processOf(), processOf({ pid: 9, capBnd: "00000000a80425fb" })];
  expect(told(outcomeWith(runCap001, "asRun", { processes }))).toBe(
    "fail: process 9 (node /app/main.js): bounding set 00000000a80425fb",
  );
});

test("is unknown when the app did not start", () => {
  expect(outcomeWith(runCap001, "asRun", { start: notStarted, processes: [] }).status).toBe("unknown");
});

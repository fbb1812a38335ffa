import { expect, test } from "vitest";
import { notStarted, outcomeWith, processOf, told } from "../../test/traces.ts";
import { runPriv001 } from "./run-priv-001.ts";

test("passes when every process is without privileges", () => {
  expect(told(outcomeWith(runPriv001, "asRun"))).toBe("pass: 2 processes: CapEff 0, NoNewPrivs 1, Seccomp 2");
});

test.each([
  ["a capability", { capEff: "00000000a80425fb" }, "effective capabilities 00000000a80425fb"],
  ["a way to gain one", { noNewPrivs: false }, "no_new_privs off"],
  ["every system call", { seccomp: 0 }, "seccomp mode 0"],
])("fails when one process has %s", (_, changes, message) => {
  const processes = [processOf(), processOf({ pid: 9, ...changes })];
  expect(told(outcomeWith(runPriv001, "asRun", { processes }))).toBe(`fail: process 9 (node /app/main.js): ${message}`);
});

test("is unknown when the app did not start", () => {
  expect(outcomeWith(runPriv001, "asRun", { start: notStarted, processes: [] }).status).toBe("unknown");
});

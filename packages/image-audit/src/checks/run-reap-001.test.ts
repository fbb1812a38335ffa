import { expect, test } from "vitest";
import { outcomeWith, processOf, told } from "../../test/traces.ts";
import { runReap001 } from "./run-reap-001.ts";

test("passes when the orphan is gone", () => {
  expect(told(outcomeWith(runReap001, "orphan"))).toBe("pass: orphan 21 ended and is gone");
});

test("fails when it stays as a zombie", () => {
  const zombies = [processOf({ pid: 21, ppid: 1, state: "Z" })];
  expect(told(outcomeWith(runReap001, "orphan", { zombies, reaped: false }))).toBe(
    "fail: process 21 is a zombie of PID 1",
  );
});

test("is unknown when the orphan did not end", () => {
  expect(outcomeWith(runReap001, "orphan", { reaped: null }).status).toBe("unknown");
});

import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runSignal002 } from "./run-signal-002.ts";

const withEnd = (changes: Parameters<typeof outcomeWith<"secondSignal">>[2]) =>
  told(outcomeWith(runSignal002, "secondSignal", changes));

test("passes when it ends with an exit code that is not 0", () => {
  expect(withEnd({})).toBe("pass: exit code 143 900 ms after the second SIGTERM, with a request in flight");
});

test("fails when it goes on, or says that all was well", () => {
  expect(withEnd({ killed: true, stopMs: null, exitCode: 137 })).toBe(
    "fail: it was still there after the second SIGTERM and was killed: exit code 137",
  );
  expect(withEnd({ exitCode: 0 })).toMatch(/^fail: exit code 0/);
});

test("is skipped without a drain, and unknown when nothing was in flight", () => {
  expect(withEnd({ endedByFirst: true })).toBe("skipped: the first SIGTERM ended it: there was no drain to end");
  expect(withEnd({ held: false })).toMatch(/^unknown/);
});

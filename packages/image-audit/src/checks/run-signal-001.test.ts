import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runSignal001 } from "./run-signal-001.ts";

const withEnd = (changes: Parameters<typeof outcomeWith<"earlySignal">>[2]) =>
  told(outcomeWith(runSignal001, "earlySignal", changes));

test("passes when the signal ends it, handled or not", () => {
  expect(withEnd({})).toBe("pass: SIGTERM during the start: exit code 143 after 900 ms");
  expect(withEnd({ exitCode: 0 })).toMatch(/^pass/);
});

test("fails when the signal is lost, too slow, or memory runs out", () => {
  expect(withEnd({ killed: true, stopMs: null, exitCode: 137 })).toBe(
    "fail: it went on after SIGTERM and was killed: exit code 137",
  );
  expect(withEnd({ stopMs: 5001 })).toBe("fail: it took 5001 ms, the budget is 5000 ms");
  expect(withEnd({ oomKilled: true, exitCode: 137 })).toBe("fail: out of memory while it started: exit code 137");
});

test("is unknown when the signal was late or the app ended for another reason", () => {
  expect(withEnd({ wasReady: true })).toMatch(/^unknown/);
  expect(withEnd({ exitCode: 1 })).toBe("unknown: it ended with exit code 1, which a signal does not explain");
});

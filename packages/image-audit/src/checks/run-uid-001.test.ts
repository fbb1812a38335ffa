import { expect, test } from "vitest";
import { goodTraces, notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runUid001 } from "./run-uid-001.ts";

const withSecond = (changes: Partial<(typeof goodTraces)["arbitraryUser"]["attempts"][number]>) => {
  const attempts = goodTraces.arbitraryUser.attempts.map((attempt, index) =>
    index === 1 ? { ...attempt, ...changes } : attempt,
  );
  return told(outcomeWith(runUid001, "arbitraryUser", { attempts }));
};

test("passes when it starts and works as each of them", () => {
  expect(withSecond({})).toBe("pass: it starts and works as 1000680000:0 and as 1000680000:1000680000");
  expect(withSecond({ worked: null })).toMatch(/^pass/);
});

test("fails when it does not start or does not work as one of them", () => {
  expect(withSecond({ start: { ...notStarted, log: "at open\nError: EACCES\n" }, worked: null })).toBe(
    "fail: as 1000680000:1000680000 it did not start: it ended with exit code 1; its last words: Error: EACCES",
  );
  expect(withSecond({ worked: { status: 500, expectStatus: 200, error: null } })).toBe(
    "fail: as 1000680000:1000680000 the request was not answered 200: 500",
  );
});

import { expect, test } from "vitest";
import { goodTraces, outcomeWith, told } from "../../test/traces.ts";
import { runInit001 } from "./run-init-001.ts";

const { inFlight } = goodTraces.withInit;
const withEnd = (changes: Parameters<typeof outcomeWith<"withInit">>[2]) =>
  told(outcomeWith(runInit001, "withInit", changes));

test("passes when it drains behind another init, and names that", () => {
  expect(withEnd({})).toBe(
    "pass: behind /sbin/docker-init exit code 0 after 900 ms; the request in flight was answered 200",
  );
  expect(withEnd({ inFlight: null })).toMatch(/^pass: .*nothing was in flight$/);
});

test("fails when it dies, hangs, runs out of memory or cuts the request", () => {
  expect(withEnd({ exitCode: 143 })).toMatch(/^fail: behind \/sbin\/docker-init it ended with exit code 143/);
  expect(withEnd({ killed: true, stopMs: null, exitCode: 137 })).toMatch(/^fail: .* it ignored SIGTERM/);
  expect(withEnd({ oomKilled: true, exitCode: 137 })).toMatch(/^fail: .* out of memory/);
  const cut = inFlight && { ...inFlight, status: null, error: "ECONNRESET" };
  expect(withEnd({ inFlight: cut })).toMatch(/^fail: .* was not answered 200: ECONNRESET$/);
});

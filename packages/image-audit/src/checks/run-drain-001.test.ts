import { expect, test } from "vitest";
import { goodTraces, outcomeWith, told } from "../../test/traces.ts";
import { runDrain001 } from "./run-drain-001.ts";

const inFlight = goodTraces.sigterm.inFlight;
const withRequest = (changes: Partial<NonNullable<typeof inFlight>>) =>
  told(outcomeWith(runDrain001, "sigterm", { inFlight: inFlight && { ...inFlight, ...changes } }));

test("passes when the request in flight is answered and the app ends", () => {
  expect(told(outcomeWith(runDrain001, "sigterm"))).toBe(
    "pass: answered 200 after SIGTERM (the app had it before the signal; held until no new connection was taken); readiness then: 503",
  );
});

test("fails when it is cut, answered otherwise, or the app never ends", () => {
  expect(withRequest({ status: null, error: "ECONNRESET" })).toBe(
    "fail: the request in flight was cut after SIGTERM: ECONNRESET",
  );
  expect(withRequest({ status: 503 })).toBe("fail: the request in flight was answered 503, expected 200");
  expect(outcomeWith(runDrain001, "sigterm", { killed: true, stopMs: null, exitCode: 137 }).status).toBe("fail");
});

test("fails when it was answered as expected, but before all of it was sent", () => {
  expect(withRequest({ answeredEarly: true })).toBe(
    "fail: answered 200 before the body was whole: the upload was dropped",
  );
});

test("is unknown when nothing was in flight", () => {
  expect(outcomeWith(runDrain001, "sigterm", { inFlight: null }).status).toBe("unknown");
  expect(withRequest({ sentHalf: false, status: 404 })).toBe(
    "unknown: half of the request could not be sent: it was answered 404",
  );
});

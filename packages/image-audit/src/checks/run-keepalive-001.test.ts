import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runKeepalive001 } from "./run-keepalive-001.ts";

const left = { spare: { idle: false, silent: true } };

test("passes when the app ends it", () => {
  expect(told(outcomeWith(runKeepalive001, "sigterm"))).toBe(
    "pass: the app ended an idle kept-alive connection after SIGTERM",
  );
});

test("fails when the app has stopped listening and leaves it open, or is killed with it", () => {
  expect(told(outcomeWith(runKeepalive001, "sigterm", left))).toBe(
    "fail: the app had stopped listening and left an idle kept-alive connection open",
  );
  expect(told(outcomeWith(runKeepalive001, "sigterm", { ...left, stoppedListening: false, killed: true }))).toBe(
    "fail: an idle kept-alive connection stayed open until the app was killed",
  );
});

test("is unknown when the app went on listening, and skipped when it keeps none alive", () => {
  expect(outcomeWith(runKeepalive001, "sigterm", { ...left, stoppedListening: false }).status).toBe("unknown");
  expect(outcomeWith(runKeepalive001, "sigterm", { spare: { idle: null, silent: true } }).status).toBe("skipped");
});

import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runKeepalive002 } from "./run-keepalive-002.ts";

const left = { spare: { idle: true, silent: false } };

test("passes when the app ends it, whatever became of the idle one", () => {
  expect(told(outcomeWith(runKeepalive002, "sigterm", { spare: { idle: false, silent: true } }))).toBe(
    "pass: the app ended a connection without any request after SIGTERM",
  );
});

test("fails when the app has stopped listening and leaves it open", () => {
  expect(told(outcomeWith(runKeepalive002, "sigterm", left))).toBe(
    "fail: the app had stopped listening and left a connection without any request open",
  );
});

test("is unknown when the app went on listening", () => {
  expect(outcomeWith(runKeepalive002, "sigterm", { ...left, stoppedListening: false }).status).toBe("unknown");
});

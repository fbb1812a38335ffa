import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runLive001 } from "./run-live-001.ts";

test("passes when only readiness fails, and fails when liveness does, too", () => {
  expect(told(outcomeWith(runLive001, "sigterm"))).toBe("pass: liveness answered 200 after SIGTERM");
  expect(told(outcomeWith(runLive001, "sigterm", { livenessAfter: "503" }))).toBe(
    "fail: liveness answered 503 after SIGTERM",
  );
});

test.each([
  ["no path is named", { livenessAfter: null }],
  ["the app does not drain", { readinessAfter: "200" }],
  ["it has stopped listening", { livenessAfter: "ECONNREFUSED" }],
])("is skipped when %s", (_, changes) => {
  expect(outcomeWith(runLive001, "sigterm", changes).status).toBe("skipped");
});

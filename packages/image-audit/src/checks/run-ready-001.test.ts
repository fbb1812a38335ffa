import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runReady001 } from "./run-ready-001.ts";

const withAnswer = (readinessAfter: string) => told(outcomeWith(runReady001, "sigterm", { readinessAfter }));

test("passes when readiness answers that it is not ready", () => {
  expect(told(outcomeWith(runReady001, "sigterm"))).toBe("pass: readiness answered 503 after SIGTERM");
});

test("fails when it stays ready, or when nobody answers any more", () => {
  expect(withAnswer("200")).toBe("fail: readiness still answered 200 after SIGTERM");
  expect(withAnswer("ECONNREFUSED")).toBe("fail: no readiness answer after SIGTERM: ECONNREFUSED");
});

import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import type { NewConnection } from "../run/observation.ts";
import { runDrain002 } from "./run-drain-002.ts";

test.each<[NewConnection, string]>([
  ["refused", "pass"],
  ["told to close", "pass"],
  ["kept", "fail"],
  ["not answered", "fail"],
])("%s: %s", (newConnection, status) => {
  expect(told(outcomeWith(runDrain002, "sigterm", { newConnection }))).toBe(
    `${status}: a connection opened after SIGTERM was ${newConnection}`,
  );
});

import { expect, test } from "vitest";
import { outcomeWith } from "../../test/traces.ts";
import { runRofs002 } from "./run-rofs-002.ts";

test.each([
  [true, "pass"],
  [false, "fail"],
  [null, "unknown"],
])("root mounted read-only: %s → %s", (rootReadOnly, status) => {
  expect(outcomeWith(runRofs002, "asRun", { rootReadOnly }).status).toBe(status);
});

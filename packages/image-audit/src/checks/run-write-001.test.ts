import { expect, test } from "vitest";
import { notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runWrite001 } from "./run-write-001.ts";

test("passes when the layer of the container is empty", () => {
  expect(outcomeWith(runWrite001, "asRun").status).toBe("pass");
});

test("fails for each path that differs", () => {
  const outcome = outcomeWith(runWrite001, "asRun", { writes: ["/app/access.log"] });
  expect(told(outcome)).toBe("fail: /app/access.log differs from the image");
});

test("is unknown when the app did not start", () => {
  expect(outcomeWith(runWrite001, "asRun", { start: notStarted }).status).toBe("unknown");
});

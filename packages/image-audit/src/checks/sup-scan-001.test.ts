import { expect, test } from "vitest";
import { scan, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supScan001 } from "./sup-scan-001.ts";

const judged = (...predicates: unknown[]) =>
  supScan001.judge(supplyOf({ statements: statementsBut(TYPES.scan, ...predicates) }));

test("good: the newest scan is young enough, in whatever order they are", () => {
  expect(judged(scan(47)).status).toBe("pass");
  expect(judged(scan(1), scan(500)).status).toBe("pass");
  expect(judged(scan(500), scan(1)).status).toBe("pass");
});

test.each<[string, unknown[], string]>([
  ["none", [], "no scan is attested"],
  ["one too old", [scan(49)], "49 hours old, the limit is 48"],
  ["one from the future", [scan(-30)], "30 hours from now"],
  ["one without a date", [{ ...scan(1), metadata: {} }], "none that can be read"],
])("bad: %s", (_, predicates, message) => {
  expect(judged(...predicates)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

import { expect, test } from "vitest";
import { scan, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supScan002 } from "./sup-scan-002.ts";

const judged = (...predicates: unknown[]) =>
  supScan002.judge(supplyOf({ statements: statementsBut(TYPES.scan, ...predicates) }));

test("good: nothing critical or high in any scan", () => {
  expect(judged(scan(1, "Low", "Medium", "Negligible", "Unknown")).status).toBe("pass");
  expect(judged(scan(1), scan(500)).status).toBe("pass");
});

test.each<[string, unknown[], string]>([
  ["none", [], "no scan is attested"],
  ["a critical", [scan(1, "Critical")], "Critical: CVE-1 in libx 1"],
  ["a high, spelt as another scanner does", [scan(1, "HIGH")], "HIGH: CVE-1"],
  ["a clean scan behind a bad one", [scan(2, "High"), scan(1)], "High: CVE-1"],
  ["a clean scan before a bad one", [scan(1), scan(2, "High")], "High: CVE-1"],
  ["one that cannot be read", [{ scanner: { result: {} } }], "cannot be read"],
])("bad: %s", (_, predicates, message) => {
  expect(judged(...predicates)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

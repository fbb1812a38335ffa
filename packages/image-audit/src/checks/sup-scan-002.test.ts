import { expect, test } from "vitest";
import { byFixture, scan, scanOf, statementsBut, supplyOf } from "../../test/supply.ts";
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
  ["a severity that nobody knows", [scan(1, "Catastrophic")], "Catastrophic: CVE-1"],
  ["a low, spelt as no scanner of ours does", [scan(1, "low")], "low: CVE-1"],
  ["no severity", [scan(1, "")], ": CVE-1 in libx 1"],
  ["a fixture for a database", [byFixture], "made with fixture of this test"],
  ["the same beside a real one", [scan(1), byFixture], "made with fixture of this test"],
  ["no descriptor", [scanOf(undefined)], "does not say which database"],
  ["no database in it", [scanOf({})], "does not say which database"],
  ["no status in that", [scanOf({ db: {} })], "does not say which database"],
  ["no origin in that", [scanOf({ db: { status: {} } })], "does not say which database"],
  ["an empty origin", [scanOf({ db: { status: { from: "" } } })], "does not say which database"],
  ["an origin that is no text", [scanOf({ db: { status: { from: 1 } } })], "cannot be read"],
  ["one that cannot be read", [{ scanner: { result: {} } }], "cannot be read"],
])("bad: %s", (_, predicates, message) => {
  expect(judged(...predicates)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

test("a fixture passes where trust accepts local origin, an unnamed database never", () => {
  const local = { origins: ["registry", "local"] };
  const outcome = (one: unknown) =>
    supScan002.judge(supplyOf({ statements: statementsBut(TYPES.scan, one), trust: local }));
  expect(outcome(byFixture).status).toBe("pass");
  expect(outcome(scanOf({})).status).toBe("fail");
});

import { expect, test } from "vitest";
import { statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supAudit001 } from "./sup-audit-001.ts";

const passed = { result: "PASSED", passedTests: ["A"] };

test("good: the audit passed", () => {
  expect(supAudit001.judge(supplyOf()).status).toBe("pass");
});

test.each<[string, unknown[], string]>([
  ["none", [], "no audit report"],
  ["one that failed", [{ result: "FAILED", failedTests: ["IMG-USER-001"] }], "audit FAILED: IMG-USER-001"],
  ["passed, with a failed check", [{ ...passed, failedTests: ["B"] }], "audit PASSED: B"],
  ["nothing ran", [{ result: "PASSED", passedTests: [] }], "names no check"],
  ["a good one beside a bad one", [passed, { result: "FAILED" }], "audit FAILED"],
  ["nothing that can be read", [{}], "cannot be read"],
])("bad: %s", (_, predicates, message) => {
  expect(supAudit001.judge(supplyOf({ statements: statementsBut(TYPES.audit, ...predicates) }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

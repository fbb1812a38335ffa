import { expect, test } from "vitest";
import { good, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supSign001 } from "./sup-sign-001.ts";

test("good: a sign statement about the named digest, whatever lies beside it", () => {
  expect(supSign001.judge(supplyOf()).status).toBe("pass");
  expect(supSign001.judge(supplyOf({ refused: ["signed by somebody"] })).status).toBe("pass");
});

test.each([
  ["nothing at all", supplyOf({ statements: [] }), "no signature at all"],
  ["statements of every other type", supplyOf({ statements: statementsBut(TYPES.sign) }), "no signature at all"],
  [
    "a signature of another workflow",
    supplyOf({ statements: [], refused: ["signed by x, expected y"] }),
    "signed by x",
  ],
  [
    "only a child is signed",
    supplyOf({ statements: [], children: [{ platform: "linux/amd64", statements: good }] }),
    "no signature",
  ],
])("bad: %s", (_, observation, message) => {
  expect(supSign001.judge(observation)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

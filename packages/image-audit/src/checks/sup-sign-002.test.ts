import { expect, test } from "vitest";
import { good, supplyOf } from "../../test/supply.ts";
import { supSign002 } from "./sup-sign-002.ts";

const amd64 = { platform: "linux/amd64", statements: good };

test("good: one image, or an index whose images are all signed", () => {
  expect(supSign002.judge(supplyOf()).status).toBe("pass");
  expect(supSign002.judge(supplyOf({ children: [amd64, { ...amd64, platform: "linux/arm64" }] })).status).toBe("pass");
});

test("bad: one platform is not signed", () => {
  const children = [amd64, { platform: "linux/arm64", statements: [] }];
  expect(supSign002.judge(supplyOf({ children }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining("linux/arm64 is not signed") }],
  });
});

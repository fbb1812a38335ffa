import { expect, test } from "vitest";
import { digestOf, named, supplyOf } from "../../test/supply.ts";
import { supRevoked001 } from "./sup-revoked-001.ts";

const judge = (revoked: string[]) =>
  supRevoked001.judge(supplyOf({ children: [{ platform: "linux/arm64", statements: [] }], trust: { revoked } }));

test.each([[[]], [[digestOf("f")]]])("good: revoked are %j", (revoked) => {
  expect(judge(revoked).status).toBe("pass");
});

test.each([
  ["the image itself", named],
  ["an image of its index", digestOf("0")],
])("bad: %s is revoked, though everything about it verifies", (_, digest) => {
  expect(judge([digestOf("f"), digest])).toMatchObject({
    status: "fail",
    evidence: [{ message: `${digest} is revoked` }],
  });
});

import { expect, test } from "vitest";
import { digestOf, named, supplyOf } from "../../test/supply.ts";
import { supDigest001 } from "./sup-digest-001.ts";

const manifest = { kind: "manifest", digest: named, actual: named } as const;
const layer = { kind: "layer", digest: digestOf("e") } as const;

test("good: everything is the bytes of its digest", () => {
  expect(supDigest001.judge(supplyOf({ contents: [manifest, { ...layer, actual: layer.digest }] })).status).toBe(
    "pass",
  );
});

test.each([
  ["a changed layer", { ...layer, actual: digestOf("f") }, "layer has the bytes of"],
  ["a layer that is gone", { ...layer, actual: null }, "is not there"],
  ["a changed manifest", { ...manifest, actual: null }, "manifest"],
])("bad: %s", (_, content, message) => {
  expect(supDigest001.judge(supplyOf({ contents: [manifest, content] }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message), layer: content.digest }],
  });
});

import { expect, test } from "vitest";
import { statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supSbom001 } from "./sup-sbom-001.ts";

test("good: both formats, with Node in them", () => {
  expect(supSbom001.judge(supplyOf()).status).toBe("pass");
});

test.each([
  ["no SPDX", statementsBut(TYPES.spdx), "no SPDX"],
  ["no CycloneDX", statementsBut(TYPES.cyclonedx), "no CycloneDX"],
  ["an empty document", statementsBut(TYPES.spdx, { packages: [] }), "lists 0 packages"],
  ["a document without Node", statementsBut(TYPES.cyclonedx, { components: [{ name: "libc6" }] }), "Node is not one"],
  [
    "a good document beside one without Node",
    statementsBut(TYPES.spdx, { packages: [{ name: "node" }] }, { packages: [{ name: "x" }] }),
    "Node is not one",
  ],
])("bad: %s", (_, statements, message) => {
  expect(supSbom001.judge(supplyOf({ statements }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

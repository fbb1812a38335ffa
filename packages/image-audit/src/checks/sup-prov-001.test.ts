import { expect, test } from "vitest";
import { provenance, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supProv001 } from "./sup-prov-001.ts";

test("good: the trusted builder, every base by digest and from a registry", () => {
  expect(supProv001.judge(supplyOf()).status).toBe("pass");
});

const local = { uri: "pkg:docker/node@24", digest: { sha256: "f".repeat(64) }, annotations: { origin: "local" } };
const silent = { ...provenance(), buildDefinition: { ...provenance().buildDefinition, internalParameters: undefined } };

test.each<[string, unknown[], string]>([
  ["none", [], "no provenance is attested"],
  [
    "another builder",
    [{ ...provenance(), runDetails: { builder: { id: "https://evil.test" } } }],
    "built by https://evil",
  ],
  [
    "no base",
    [{ ...provenance(), buildDefinition: { ...provenance().buildDefinition, resolvedDependencies: [] } }],
    "names no base",
  ],
  [
    "a base without digest",
    [provenance({ ...local, digest: {}, annotations: { origin: "registry" } })],
    "no digest of the base",
  ],
  ["a stand-in rebuilt here", [provenance(local)], 'came from "local"'],
  ["a base of unknown origin", [provenance({ ...local, annotations: undefined })], 'came from ""'],
  ["a good one beside a bad one", [provenance(local), provenance()], 'came from "local"'],
  ["nothing that can be read", [{}], "cannot be read"],
  ["changes that nobody committed", [provenance({}, { uncommittedChanges: true })], "built from uncommitted changes"],
  ["silence about changes", [provenance({}, {})], "does not say whether"],
  ["nothing about the build itself", [silent], "does not say whether"],
  ["a word for what must be a boolean", [provenance({}, { uncommittedChanges: "false" })], "cannot be read"],
])("bad: %s", (_, predicates, message) => {
  expect(supProv001.judge(supplyOf({ statements: statementsBut(TYPES.provenance, ...predicates) }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

test.each([
  [provenance(local), "pass"],
  [provenance({}, { uncommittedChanges: true }), "pass"],
  [provenance({}, {}), "fail"],
])("a stand-in and uncommitted changes pass where trust accepts local origin, silence never: %#", (one, status) => {
  const statements = statementsBut(TYPES.provenance, one);
  expect(supProv001.judge(supplyOf({ statements, trust: { origins: ["registry", "local"] } })).status).toBe(status);
});

import { expect, test } from "vitest";
import { provenance, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supBase001 } from "./sup-base-001.ts";

const other = (uri: string) => provenance({ uri, digest: { sha256: "f".repeat(64) } });

test("good: every base is approved", () => {
  expect(supBase001.judge(supplyOf()).status).toBe("pass");
});

test.each<[string, unknown[], string]>([
  ["a base nobody approved", [other("pkg:docker/evil/node@24")], "evil/node is not approved"],
  ["a name that begins like an approved one", [other("pkg:docker/node-evil@24")], "node-evil is not approved"],
  ["no provenance", [], "no provenance names a base"],
])("bad: %s", (_, predicates, message) => {
  expect(supBase001.judge(supplyOf({ statements: statementsBut(TYPES.provenance, ...predicates) }))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

test.each([
  ["pkg:docker/distroless/nodejs24@nonroot?repository_url=gcr.io", "gcr.io/distroless/nodejs24"],
  ["pkg:docker/gcr.io/distroless/nodejs24@nonroot", "gcr.io/distroless/nodejs24"],
  ["pkg:docker/library/node@24?repository_url=https://docker.io/", "node"],
])("good: %s is %s", (uri, name) => {
  const statements = statementsBut(TYPES.provenance, other(uri));
  expect(supBase001.judge(supplyOf({ statements, trust: { bases: ["node", name] } })).status).toBe("pass");
});

test("unknown without a list", () => {
  const { bases: _, ...trust } = supplyOf().trust;
  expect(supBase001.judge({ ...supplyOf(), trust }).status).toBe("unknown");
});

import { expect, test } from "vitest";
import { provenance, statementsBut, supplyOf } from "../../test/supply.ts";
import { TYPES } from "../supply/check.ts";
import { supLock001 } from "./sup-lock-001.ts";

const judged = (...predicates: unknown[]) =>
  supLock001.judge(supplyOf({ statements: statementsBut(TYPES.provenance, ...predicates) }));
const digest = { sha256: "e".repeat(64) };
const without = { ...provenance(), buildDefinition: { resolvedDependencies: [] } };

test.each([
  { name: "pnpm-lock.yaml", digest },
  { uri: "git+https://host.test/app@1#package-lock.json", digest },
])("good: %j", (dependency) => {
  expect(judged({ ...without, buildDefinition: { resolvedDependencies: [dependency] } }).status).toBe("pass");
});

test.each<[string, unknown[]]>([
  ["no provenance", []],
  ["no lock file in it", [without]],
  [
    "a lock file without hash",
    [{ ...without, buildDefinition: { resolvedDependencies: [{ name: "pnpm-lock.yaml" }] } }],
  ],
  [
    "another file of such a name",
    [{ ...without, buildDefinition: { resolvedDependencies: [{ name: "my-pnpm-lock.yaml.txt", digest }] } }],
  ],
  ["a second provenance without one", [provenance({ name: "pnpm-lock.yaml", digest }), without]],
])("bad: %s", (_, predicates) => {
  expect(judged(...predicates).status).toBe("fail");
});

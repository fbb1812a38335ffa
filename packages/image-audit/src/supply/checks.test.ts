import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { supplyOf } from "../../test/supply.ts";
import { checks } from "../checks.ts";
import { supplyChecks } from "./checks.ts";

test("a good image passes every check, and each is unknown where nothing was observed", () => {
  const outcomes = supplyChecks.map(({ id, judge }) => [id, judge(supplyOf()).status]);
  expect(outcomes).toEqual(supplyChecks.map(({ id }) => [id, "pass"]));
  for (const { judge } of supplyChecks)
    expect(judge({ notObserved: "no trust" })).toEqual({ status: "unknown", reason: "no trust" });
});

test("IDs are unique, each in the file of its name with its test beside it, and none is asked of a daemon's image", () => {
  const ids = supplyChecks.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1)));
  for (const id of ids) {
    expect(existsSync(new URL(`../checks/${id.toLowerCase()}.ts`, import.meta.url)), id).toBe(true);
    expect(existsSync(new URL(`../checks/${id.toLowerCase()}.test.ts`, import.meta.url)), id).toBe(true);
  }
  expect(checks.map(({ id }) => id).filter((id) => id.startsWith("SUP-"))).toEqual([]);
});

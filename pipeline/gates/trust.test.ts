import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ROOT } from "../bake.ts";
import { readTrust, TYPES } from "./trust.ts";

const committed = join(ROOT, "policies/trust.json");
const folder = mkdtempSync(join(tmpdir(), "trust-"));
const file = join(folder, "trust.json");
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(file, text);
  return readTrust(file);
}

test("the committed trust accepts registries only and requires every statement", () => {
  expect(readTrust(committed)).toMatchObject({ origins: ["registry"], requires: Object.values(TYPES) });
});

test.each([
  ["identity", ".*"],
  ["identity", "^https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main$"],
  ["issuer", "https://*.example"],
  ["origins", []],
  ["origins", ["registri"]],
  ["maxScanAgeHours", 0],
  ["repositories", undefined],
  ["repositories", ["ghcr.io/Acme/hardened-node-api"]],
  ["requires", undefined],
  ["requires", []],
  ["requires", ["https://spdx.dev/Documents"]],
  ["revoked", undefined],
  ["revoked", ["0".repeat(64)]],
])("no trust: its %s is %j", (field, value) => {
  const text = readFileSync(committed, "utf8");
  expect(read(text).schemaVersion).toBe(1);
  const changed = JSON.stringify({ ...(JSON.parse(text) as object), [field]: value });
  expect(() => read(changed)).toThrow(new RegExp(`/trust.json: ${field}[.0]*: \\w`));
  expect(() => read(changed)).toThrow(expect.objectContaining({ code: "CONFIGURATION" }) as Error);
});

test("the page lists every field, and no other", () => {
  const page = readFileSync(join(ROOT, "docs/supply-chain.md"), "utf8");
  const [, table = ""] = page.split("\n## What is trusted\n");
  const fields = [...(table.split("\n## ")[0] ?? "").matchAll(/^\| `(\w+)` /gm)].map(([, field]) => field);
  expect(fields).toEqual(Object.keys(readTrust(committed)));
});

test("a misspelt field is none, and neither is what is no JSON", () => {
  expect(() => read(JSON.stringify({ ...readTrust(committed), revokd: [] }))).toThrow("revokd");
  expect(() => read("trust")).toThrow(expect.objectContaining({ code: "CONFIGURATION" }) as Error);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT } from "../bake.ts";
import type { Shipment } from "./gate.ts";
import { image } from "./image.ts";
import { readTrust, TYPES } from "./trust.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "image-gate-"));
  mkdirSync(join(out, "image"));
  trusted(Object.values(TYPES));
});
afterEach(() => rmSync(out, { recursive: true }));

const judge = () => image.judge(join(out, "image"), { out, trust: join(out, "trust.json") } as Shipment);

/** Production's trust, requiring these statements. */
function trusted(requires: string[]) {
  writeFileSync(join(out, "trust.json"), JSON.stringify({ ...readTrust(join(ROOT, "policies/trust.json")), requires }));
}

function judged(...statuses: string[]) {
  const results = statuses.map((status, index) => ({ id: `IMG-TEST-00${index + 1}`, outcome: { status } }));
  writeFileSync(join(out, "image/report.json"), JSON.stringify({ image: { id: "sha256:a" }, results }));
  return judge();
}

test("an image that passes every check passes, and so does one with a waiver", () => {
  expect(judged("pass", "waived", "skipped")).toEqual({ findings: [], seen: "1 checks passed" });
});

test.each(["fail", "unknown", "of a later version"])("an outcome %s is named and blocks", (status) => {
  expect(judged("pass", status).findings).toEqual(["not passed: IMG-TEST-002"]);
});

test("an audit that judged nothing blocks", () => {
  expect(judged().findings).toEqual(["not passed: nothing was judged"]);
  expect(judged("skipped").findings).toEqual(["not passed: nothing was judged"]);
});

test("without the tool the gate refuses where its report is required, else it is skipped, never passed", () => {
  expect(judge().findings).toEqual([expect.stringMatching(/^image-audit is not installed, and .*trust.json requires/)]);
  trusted(Object.values(TYPES).filter((type) => type !== TYPES["audit"]));
  expect(judge()).toEqual({ findings: [], seen: "image-audit is not installed", skipped: true });
});

test("a report that says nothing of an outcome is no report", () => {
  const text = JSON.stringify({ image: { id: "sha256:a" }, results: [{ id: "IMG-TEST-001", outcome: {} }] });
  writeFileSync(join(out, "image/report.json"), text);
  expect(judge).toThrow("results.0.outcome.status: Invalid input: expected string, received undefined");
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shipment } from "./gate.ts";
import { image } from "./image.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "image-gate-"));
  mkdirSync(join(out, "image"));
});
afterEach(() => rmSync(out, { recursive: true }));

function judged(...statuses: string[]) {
  const results = statuses.map((status, index) => ({ id: `IMG-TEST-00${index + 1}`, outcome: { status } }));
  writeFileSync(join(out, "image/report.json"), JSON.stringify({ image: { id: "sha256:a" }, results }));
  return image.judge(join(out, "image"), { out } as Shipment);
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

test("without the tool the gate is skipped, never passed", () => {
  expect(image.judge(join(out, "image"), { out } as Shipment)).toMatchObject({ findings: [], skipped: true });
});

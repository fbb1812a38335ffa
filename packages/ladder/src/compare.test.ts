import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditReport, CheckId, Outcome } from "image-audit";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { comparison, pairOf, storedOr } from "./compare.ts";
import type { ImageResult } from "./scorecard.ts";
import { stageOf } from "./stages.ts";

const image = { reference: "hardened-node-api:stage-1", id: `sha256:${"1".repeat(64)}` } as const;
const result: ImageResult = {
  name: "naive",
  image,
  sizeBytes: 1_200_000_000,
  compressedBytes: 400_000_000,
  packages: { distribution: 400, npm: 300 },
  executables: 1500,
  uid: "0:0",
  contractHolds: true,
  checks: {},
};
const report = (outcomes: { [id in CheckId]?: Outcome }): AuditReport => ({
  schemaVersion: 1,
  image,
  observedAt: "2026-01-01T00:00:00.000Z",
  tool: { name: "image-audit", version: "0" },
  results: Object.entries(outcomes).map(([id, outcome]) => ({ id: id as CheckId, outcome: outcome as Outcome })),
});
const pass = (message: string): Outcome => ({ status: "pass", evidence: [{ message }] });
const fail = (...messages: string[]): Outcome => ({
  status: "fail",
  fix: "mend it",
  evidence: messages.map((message) => ({ message, path: `/${"deep/".repeat(12)}end` })),
});

const first = {
  contract: stageOf(1),
  result,
  report: report({
    "IMG-USER-001": fail("a", "b", "c", "d"),
    "IMG-SHELL-001": fail("bash"),
    "RUN-CA-001": pass("accepted"),
    "RUN-HEALTH-001": { status: "skipped", reason: "there is none" },
  }),
};
const last = {
  contract: stageOf(4),
  result: { ...result, sizeBytes: 120_000_000, uid: "65532:65532" },
  report: report({
    "IMG-USER-001": pass("USER 65532:65532"),
    "IMG-SHELL-001": fail("dash"),
    "RUN-CA-001": pass("accepted"),
    "RUN-HEALTH-001": pass("healthy"),
    "RUN-NEW-001": fail("new"),
  }),
};

test("figures, every verdict that differs with the evidence of both sides, and the diff", () => {
  const text = comparison(first, last);
  for (const part of [
    "1200.0 MB",
    "-90 %",
    "3 of 5 checks do not say the same",
    "fail (taught here)",
    "USER 65532:65532",
    "and 1 more",
    "there is none",
    "healthy",
    "not judged",
    "pass on both: 1",
    "the same on both, not passed: IMG-SHELL-001 (fail)",
    "diff docker/1-naive.Dockerfile docker/4-signed.Dockerfile",
  ])
    expect(text).toContain(part);
  expect(text).not.toContain("accepted");
});

test("it stays within 100 columns and cuts no path", () => {
  const text = comparison(first, last);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(text).not.toContain("…");
  expect(text).toContain("end");
});

test("two alike images say so", () => {
  expect(comparison(first, first)).toContain("Every check says the same of both (4).");
});

test("stages are named by their numbers, variants by their names", () => {
  expect(pairOf(["4", "1"]).map(({ image }) => image)).toEqual(["stage-4", "stage-1"]);
  expect(pairOf(["4", "alpine"]).map(({ image }) => image)).toEqual(["stage-4", "alpine"]);
});

test("a stage is measured anew only where nothing is stored, or result and report are of different images", async () => {
  const folder = mkdtempSync(join(tmpdir(), "compare-"));
  const said: string[] = [];
  const get = () =>
    storedOr(
      () => Promise.resolve(last),
      stageOf(1),
      (line) => said.push(line),
      folder,
    );
  const store = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  expect(await get()).toBe(last);
  store("stage-1.json", result);
  store("stage-1.report.json", { ...first.report, image: { ...image, id: `sha256:${"2".repeat(64)}` } });
  expect(await get()).toBe(last);
  expect(said).toHaveLength(2);
  store("stage-1.report.json", first.report);
  expect(await get()).toEqual(first);
  expect(said).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

test.each([
  [[], "got none"],
  [["1"], 'got "1"'],
  [["2", "2"], 'got "2" and "2"'],
  [["", ""], 'got "" and ""'],
  [["1", "2", "3"], 'got "1" and "2" and "3"'],
  [["4", "distroless"], 'got "4" and "distroless"'], // one image by two names
  [["1", "toString"], 'expected a stage from 1 to 4, got "toString"'],
  [["1", "5"], 'expected a stage from 1 to 4, got "5"'],
])("compare %j is refused", (names, sentence) => {
  expect(() => pairOf(names)).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(() => pairOf(names)).toThrow(sentence);
});

test("the command refuses in one sentence, with exit code 2", { timeout: 60_000 }, () => {
  const args = [join(ROOT, "packages/ladder/src/main.ts"), "compare", "1"];
  const { status, stderr } = spawnSync("node", args, { encoding: "utf8" });
  expect(stderr).toMatch(/^ladder: expected two different images, .*\n$/);
  expect(status).toBe(2);
});

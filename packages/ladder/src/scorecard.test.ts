import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { z } from "zod";
import { changes } from "./changes.ts";
import { worst } from "./lines.ts";
import { markdown, terminal } from "./render.ts";
import { Scorecard, type StageResult } from "./scorecard.ts";
import { stageOf } from "./stages.ts";

const sha = `sha256:${"1".repeat(64)}`;
const low: StageResult = {
  stage: 1,
  name: "naive",
  image: { reference: "hardened-node-api:stage-1", id: sha },
  sizeBytes: 1_200_000_000,
  compressedBytes: 400_000_000,
  packages: { distribution: 400, npm: 300 },
  executables: 1500,
  uid: "0:0",
  contractHolds: true,
  checks: { "IMG-SIZE-001": "fail", "IMG-USER-001": "fail", "RUN-USER-001": "fail", "RUN-CA-001": "pass" },
};
const high: StageResult = {
  ...low,
  stage: 2,
  name: "multi-stage",
  sizeBytes: 240_000_000,
  checks: { ...low.checks, "IMG-SIZE-001": "pass", "RUN-CA-001": "fail" },
};
const card: Scorecard = {
  schemaVersion: 1,
  measuredAt: "2026-01-01T00:00:00.000Z",
  bases: [{ ref: "node:24@sha256:x", digest: sha, origin: "local" }],
  stages: [low, high],
};

test("the published schema is the one that results are held to", () => {
  const published = JSON.parse(readFileSync(join(ROOT, "docs/schemas/scorecard.schema.json"), "utf8")) as unknown;
  expect(published).toEqual(z.toJSONSchema(Scorecard));
});

test("a scorecard with a field too many or a wrong digest is refused", () => {
  expect(Scorecard.safeParse(card).success).toBe(true);
  expect(Scorecard.safeParse({ ...card, score: 1 }).success).toBe(false);
  expect(Scorecard.safeParse({ ...card, bases: [{ ref: "x", digest: "sha256:1", origin: "local" }] }).success).toBe(
    false,
  );
});

test("terminal and Markdown show the same cells and where they come from", () => {
  for (const rendered of [terminal(card), markdown(card)]) {
    for (const cell of ["1200.0 MB", "240.0 MB", "400 + 300", "1 naive", "0:0"]) expect(rendered).toContain(cell);
  }
  expect(markdown(card)).toContain("local");
});

test("one line shows the worst of its checks; a check that did not run is unknown", () => {
  expect(worst(["pass", "fail", "pass"])).toBe("fail");
  expect(worst(["pass", undefined])).toBe("unknown");
  expect(worst(["pass", "skipped"])).toBe("skipped");
  expect(worst(["pass", "pass"])).toBe("pass");
});

test("changes name what got better, what got worse, and the diff", () => {
  const text = changes({ contract: stageOf(1), result: low }, { contract: stageOf(2), result: high });
  expect(text).toContain("What changed since stage 1");
  expect(text).toContain("now pass: IMG-SIZE-001");
  expect(text).toContain("no longer pass: RUN-CA-001");
  expect(text).toContain("-80 %");
  expect(text).toContain("diff docker/1-naive.Dockerfile docker/2-multi-stage.Dockerfile");
});

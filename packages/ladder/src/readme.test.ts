import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { afterAll, beforeAll, expect, test } from "vitest";
import { specimen } from "../test/specimen.ts";
import { figuresOf, publishInReadme, stated } from "./readme.ts";

const root = mkdtempSync(join(tmpdir(), "readme-"));
const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
beforeAll(() => {
  mkdirSync(join(root, "out"));
  for (const file of ["README.md", "docs/scorecard.svg"])
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

test("table and picture in the README say of every check what the contracts say (make readme)", () => {
  const [readme, svg] = [read(ROOT, "README.md"), read(ROOT, "docs/scorecard.svg")];
  expect(stated(readme, figuresOf(svg))).toEqual({ readme, svg });
});

test("without a measurement of every stage the figures stay as they are", () => {
  publishInReadme(root);
  expect(read(root, "README.md")).toBe(read(ROOT, "README.md"));
  expect(read(root, "docs/scorecard.svg")).toBe(read(ROOT, "docs/scorecard.svg"));
});

test("measured figures and their day go into the table and the picture, the rest of the README stays", () => {
  const { card, reports } = specimen();
  for (const { stage, ...result } of card.stages) {
    writeFileSync(join(root, `out/stage-${stage}.json`), JSON.stringify(result));
    writeFileSync(join(root, `out/stage-${stage}.report.json`), JSON.stringify(reports.get(stage)));
  }
  const before = read(root, "README.md");
  publishInReadme(root);
  const after = read(root, "README.md");
  expect(after).toMatch(/\| size +\| 1500\.0 MB/);
  expect(after).toContain("Measured on 2026-01-02");
  expect(after.slice(0, after.indexOf("<!-- scorecard"))).toBe(before.slice(0, before.indexOf("<!-- scorecard")));
  expect(after.slice(after.indexOf("over all layers"))).toBe(before.slice(before.indexOf("over all layers")));
  expect(figuresOf(read(root, "docs/scorecard.svg"))[0]).toMatchObject({ stage: 1, sizeBytes: 1_500_000_000 });
});

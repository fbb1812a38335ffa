import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StageContract } from "./contract.ts";
import { lines, worst } from "./lines.ts";
import { type Measured, measure } from "./measure.ts";
import { drawnFrom } from "./page/chart.ts";
import { picture } from "./page/page.ts";
import { markdown, scorecardOf } from "./render.ts";
import { Scorecard } from "./scorecard.ts";
import { stages } from "./stages.ts";

// Every stage on a real engine: what its contract says holds, faults included.
const run = new Run("ladder-test");
const bases = existsSync(join(ROOT, "out/bases.json")) ? join(ROOT, "out/bases.json") : undefined;
const measured = new Map<number, Measured<StageContract>>();
afterAll(() => run.close());

describe.each(stages.map((contract) => [contract.stage, contract.name, contract] as const))(
  "stage %s (%s)",
  (stage, _, contract) => {
    beforeAll(async () => {
      measured.set(stage, await measure(run, contract, { bases }));
    });

    test("its contract holds", () => {
      expect(measured.get(stage)?.differences).toEqual([]);
    });

    test.each(lines.map(({ title, checks }) => [title, checks] as const))("%s is as taught", (_title, checks) => {
      const seen = worst(checks.map((id) => measured.get(stage)?.result.checks[id]));
      const taught = checks.some((id) => contract.faults[id] !== undefined) ? "fail" : "pass";
      expect(seen).toBe(taught);
    });
  },
);

test("the figures: big at first, small at last", () => {
  const size = (stage: number) => measured.get(stage)?.result.sizeBytes ?? 0;
  expect(size(1)).toBeGreaterThanOrEqual(1_100_000_000);
  expect(size(2)).toBeLessThanOrEqual(250_000_000);
  expect(size(3)).toBeLessThanOrEqual(size(2) + 2_000_000);
  expect(size(4)).toBeLessThanOrEqual(165_000_000);
});

test("every stage ships less than the one before", () => {
  for (const stage of [2, 3, 4]) {
    const below = measured.get(stage - 1)?.result;
    const here = measured.get(stage)?.result;
    // dumb-init is the one package and executable that stage 3 adds to stage 2.
    const more = stage === 3 ? 1 : 0;
    expect(here?.executables).toBeLessThanOrEqual((below?.executables ?? 0) + more);
    expect(here?.packages.distribution).toBeLessThanOrEqual((below?.packages.distribution ?? 0) + more);
  }
});

test("the scorecard of all four is of its published shape", () => {
  expect(Scorecard.parse(scorecardOf([...measured.values()])).stages.map(({ stage }) => stage)).toEqual([1, 2, 3, 4]);
});

test("each build is recorded with the base digests really used", () => {
  for (const { record } of measured.values()) {
    expect(record.imageId).toMatch(/^sha256:/);
    expect(record.bases.length).toBeGreaterThan(0);
    for (const base of record.bases) expect(["local", "hub"]).toContain(base.origin);
  }
});

test("stage 4 has its npm packages beside it as CycloneDX", () => {
  const sbom = JSON.parse(readFileSync(join(ROOT, "out/stage-4.sbom.json"), "utf8")) as {
    bomFormat: string;
    components: { name: string }[];
  };
  expect(sbom.bomFormat).toBe("CycloneDX");
  const names = sbom.components.map(({ name }) => name);
  expect(names).toContain("express");
  expect(names).not.toContain("vitest");
});

/** Cells of the Markdown table between two marks, row by row; sizes as numbers. */
function cells(markdown: string): string[][] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|") && !/^\|\s*-/.test(line));
  return rows.map((row) =>
    row
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

test("the picture in the README is what was measured: verdicts exactly, sizes within 2 % (make readme)", () => {
  const card = scorecardOf([...measured.values()]);
  const input = { card, contracts: stages, checks: [], reports: new Map(), attacks: new Map() };
  const shown = drawnFrom(readFileSync(join(ROOT, "docs/scorecard.svg"), "utf8"));
  const seen = drawnFrom(picture(input));
  const inWords = (drawn: typeof seen) =>
    drawn.map(
      ({ sizeBytes: _, compressedBytes: __, packages, executables, ...rest }) =>
        rest.stage === 1 ? rest : { ...rest, packages, executables }, // those of stage 1: as in the table, below
    );
  expect(inWords(shown)).toEqual(inWords(seen));
  for (const [index, { sizeBytes, compressedBytes }] of seen.entries()) {
    expect(Math.abs((shown[index]?.sizeBytes ?? 0) / sizeBytes - 1)).toBeLessThan(0.02);
    expect(Math.abs((shown[index]?.compressedBytes ?? 0) / compressedBytes - 1)).toBeLessThan(0.02);
  }
});

/** Whether each number of a cell is within 5 % of the other's. */
function nearly(stated: string, seen: string): boolean {
  const [left, right] = [stated.split("+").map(Number), seen.split("+").map(Number)];
  return (
    left.length === right.length && right.every((number, index) => Math.abs((left[index] ?? 0) / number - 1) < 0.05)
  );
}

test("the table in the README is what was measured: verdicts exactly, sizes within 2 %", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const shown = cells(readme.slice(readme.indexOf("<!-- scorecard"), readme.indexOf("<!-- /scorecard")));
  const seen = cells(markdown(scorecardOf([...measured.values()])));
  expect(shown.map(([title]) => title)).toEqual(seen.map(([title]) => title));
  for (const [index, row] of seen.entries()) {
    for (const [column, cell] of row.entries()) {
      const stated = shown[index]?.[column] ?? "";
      // Stage 1 ships the whole repository: any new tool or script changes what is counted in it.
      if (column === 1 && /^[\d +]+$/.test(cell))
        expect(nearly(stated, cell), `${row[0]}: ${stated} for ${cell}`).toBe(true);
      else if (!cell.endsWith(" MB")) expect(stated, row[0]).toBe(cell);
      else
        expect(
          Math.abs(Number.parseFloat(stated) / Number.parseFloat(cell) - 1),
          `${row[0]}: ${stated} for ${cell}`,
        ).toBeLessThan(0.02);
    }
  }
});

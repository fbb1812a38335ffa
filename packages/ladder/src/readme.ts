import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checks } from "image-audit";
import { ROOT } from "pipeline/bake";
import { expectation, type StageContract } from "./contract.ts";
import { chart, chartStage, drawnFrom } from "./page/chart.ts";
import { writeText } from "./publish.ts";
import { markdownGrid } from "./render.ts";
import type { StageFigures } from "./scorecard.ts";
import { stages } from "./stages.ts";
import { storedReport, storedResult } from "./stored.ts";

const TABLE = /(?<=<!-- scorecard:[^\n]*-->\n\n)[\s\S]*?(?=\n\n<!-- \/scorecard -->)/;
const DATE = /(?<=Measured on )\d{4}-\d\d-\d\d/;

/** What the README states: figures as measured, and of every check what the contracts say. */
export type Stated = { readme: string; svg: string };

/**
 * Table and picture of the README from figures and contracts. They follow a new check at once, without an engine; the
 * test of the ladder holds both to what is measured.
 */
export function stated(readme: string, figures: readonly Omit<StageFigures, "checks">[]): Stated {
  const ids = checks.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b));
  const rows = stages.flatMap((contract) => {
    const measured = figures.find(({ stage }) => stage === contract.stage);
    return measured === undefined ? [] : [{ contract, row: { ...measured, checks: agreed(contract, ids) } }];
  });
  const table = markdownGrid(rows.map(({ row }) => row));
  const svg = chart(rows.map(({ contract, row }) => chartStage(contract, row, ids))).text;
  return { readme: readme.replace(TABLE, () => table), svg: `${svg}\n` };
}

/** The figures that a picture was drawn from. A stage is shown as its contract says, or the test would not pass. */
export function figuresOf(svg: string): Omit<StageFigures, "checks">[] {
  return drawnFrom(svg).map(({ checks: _, ...figures }) => ({ ...figures, contractHolds: true }));
}

/**
 * Brings README.md and docs/scorecard.svg to the contracts, and to the figures of the last measurement where all
 * stages have one; else the figures stay.
 */
export function publishInReadme(root = ROOT): string[] {
  const [readme, svg] = [join(root, "README.md"), join(root, "docs/scorecard.svg")];
  const folder = join(root, "out");
  const measured = stages.flatMap((contract) => {
    const result = storedResult(contract, folder);
    return result === undefined ? [] : [{ stage: contract.stage, ...result, contractHolds: true }];
  });
  const whole = measured.length === stages.length;
  const after = stated(readFileSync(readme, "utf8"), whole ? measured : figuresOf(readFileSync(svg, "utf8")));
  const day = whole ? storedReport(stages[0], folder)?.observedAt.slice(0, 10) : undefined;
  writeText(readme, day === undefined ? after.readme : after.readme.replace(DATE, day));
  writeText(svg, after.svg);
  return ["README.md", "docs/scorecard.svg"];
}

function agreed(contract: StageContract, ids: readonly (typeof checks)[number]["id"][]): StageFigures["checks"] {
  return Object.fromEntries(ids.map((id) => [id, expectation(contract, id).expected]));
}

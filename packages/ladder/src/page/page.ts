import { attackGrid, attackPanels } from "./attack-grid.ts";
import { type ChartStage, chart, chartStage } from "./chart.ts";
import { checkGrid, checkPanels, legend, lineGrid } from "./check-grid.ts";
import { baseList, figureTable, stageList } from "./figures.ts";
import { type Column, checkIds, columnsOf, type PageInput } from "./input.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { ICONS } from "./panel.ts";
import { contentPolicy, PAGE_STYLE } from "./style.ts";
import { contractBanner, headline, keyFigures } from "./summary.ts";

export type { PageInput };

const TITLE = "Scorecard of the Hardened Node API";

/**
 * The scorecard as one self-contained HTML file: no script, no request, everything that came from an image escaped.
 * Pure: the same input gives the same page.
 */
export function page(input: PageInput): string {
  const columns = columnsOf(input);
  const titles = new Map(input.checks.map((check) => [check.id as string, check]));
  const { card } = input;
  const measured = `${card.measuredAt.slice(0, 10)} ${card.measuredAt.slice(11, 16)} UTC`;
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${TITLE}</title>
<style>${trusted(PAGE_STYLE)}</style></head><body>${ICONS}
<a class="skip" href="#checks">Skip to the checks</a>
<header class="top"><p class="over">Hardened Node API · scorecard</p>
<h1>${headline(columns)}</h1>
<p class="lead">The same Node.js API in ${columns.length} container images. Each was built, started and judged by ${checkIds(columns).length} checks on a real engine. A low stage fails on purpose: its contract says where, and why.</p>
${contractBanner(columns)}
<p class="note">Measured <time datetime="${card.measuredAt}">${measured}</time> by <code>make scorecard</code>.</p></header>
<main>
<section aria-labelledby="size"><h2 id="size">Size and what is in it</h2>${keyFigures(columns)}
${drawings(columns)}
${figureTable(columns)}${stageList(columns)}
<p class="note">Size is bytes of regular files over all layers, hard links once, from <code>docker save</code>; MB is 10<sup>6</sup>. Users are those of the running processes.</p></section>
<section aria-labelledby="checks"><h2 id="checks" tabindex="-1">Six lines that matter</h2>
<p>Open a cell for what was seen, where, and what to do about it.</p>${legend()}${lineGrid(columns)}
<details class="all"><summary>All ${checkIds(columns).length} checks</summary>
<p class="filter"><input type="checkbox" id="differing"> <label for="differing">Hide what passes on every stage</label></p>
${checkGrid(columns, titles)}</details></section>
<section aria-labelledby="attacks"><h2 id="attacks">Attacks</h2>
<p>The same attacks on each stage, run for real. Where one is stopped, its cell names the line that did it; one that ended otherwise than it must is marked like a broken contract.</p>${attackGrid(columns)}</section>
<section aria-labelledby="bases"><h2 id="bases">Bases</h2>${baseList(card.bases)}</section>
<section aria-labelledby="again"><h2 id="again">Measure it again</h2>
<dl class="commands"><div><dt><code>make scorecard</code></dt><dd>all stages again, and this page</dd></div>
<div><dt><code>make stage-1 ALL=1</code></dt><dd>one stage, every check</dd></div>
<div><dt><code>make compare A=1 B=4</code></dt><dd>two stages side by side</dd></div>
<div><dt><code>make page</code></dt><dd>this page from the stored results, without an engine</dd></div></dl></section>
</main>
<div class="panels">${checkPanels(columns, titles)}${attackPanels(columns)}</div>
</body></html>
`.text;
}

/** The picture alone, as a file. */
export function picture(input: PageInput): string {
  return `${chart(chartStages(columnsOf(input))).text}\n`;
}

function drawings(columns: readonly Column[]): Markup {
  const stages = chartStages(columns);
  return markup`<div class="wide">${chart(stages)}</div><div class="narrow">${chart(stages, 340)}</div>`;
}

function chartStages(columns: readonly Column[]): ChartStage[] {
  const ids = checkIds(columns);
  return columns.map(({ contract, result }) => chartStage(contract, result, ids));
}

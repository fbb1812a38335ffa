import type { Check } from "image-audit";
import { lines } from "../lines.ts";
import { byArea } from "./areas.ts";
import { checkPanel, linePanel, panelId } from "./evidence.ts";
import { type Column, checkIds, verdictIn } from "./input.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { face, opener } from "./panel.ts";
import { headRow } from "./table-head.ts";
import { type Tone, worstOf } from "./verdict.ts";

type Titles = ReadonlyMap<string, Check>;

/** The six lines that matter, each the worst of its checks. */
export function lineGrid(columns: readonly Column[]): Markup {
  const rows = lines.map(({ title, checks }, index) => {
    const cells = columns.map((column) => {
      const verdict = worstOf(checks.map((id) => verdictIn(column, id)));
      return markup`<td>${opener(panelId(column, `line-${index}`), verdict, `${title}, stage ${column.result.stage}`)}</td>`;
    });
    return markup`<tr><th scope="row">${title}</th>${cells}</tr>\n`;
  });
  return markup`<table class="grid"><caption class="aside">The six lines that matter, by stage</caption>${headRow("line", columns)}<tbody>
${rows}</tbody></table>`;
}

/** Every check, by area. */
export function checkGrid(columns: readonly Column[], titles: Titles): Markup {
  const areas = byArea(checkIds(columns)).map(
    ({
      title,
      ids,
    }) => markup`<tbody><tr class="area"><th colspan="${columns.length + 1}" scope="rowgroup">${title}</th></tr>
${ids.map((id) => checkRow(columns, id, titles.get(id)?.title ?? id))}</tbody>\n`,
  );
  return markup`<table class="grid"><caption class="aside">Every check, by area and stage</caption>${headRow("check", columns)}${areas}</table>`;
}

/** The panels that the cells of both grids open. */
export function checkPanels(columns: readonly Column[], titles: Titles): Content {
  return columns.map((column) => [
    lines.map(({ title, checks }, index) =>
      linePanel(
        column,
        `line-${index}`,
        title,
        checks.map((id) => [id, titles.get(id)]),
      ),
    ),
    checkIds(columns).map((id) => checkPanel(column, id, titles.get(id))),
  ]);
}

function checkRow(columns: readonly Column[], id: string, title: string): Markup {
  const verdicts = columns.map((column) => verdictIn(column, id));
  const everywhere = verdicts.every(({ tone }) => tone === "pass");
  const cells = columns.map(
    (column, index) =>
      markup`<td>${opener(panelId(column, id), verdicts[index] ?? verdictIn(column, id), `${id}, stage ${column.result.stage}`)}</td>`,
  );
  return markup`<tr class="${everywhere ? "passes" : "differs"}"><th scope="row">${title} <code>${id}</code></th>${cells}</tr>\n`;
}

const LEGEND: readonly [Tone, string, string][] = [
  ["pass", "pass", "the check holds"],
  ["taught", "fault", "fails here on purpose; the stage's contract says why"],
  ["skipped", "skipped", "cannot apply here, as the contract says"],
  ["broken", "broken", "not as the contract says: a failure nobody planned, a fault that is gone, or no verdict"],
];

/** What each face of a cell means. */
export function legend(): Markup {
  return markup`<ul class="legend">${LEGEND.map(
    ([tone, word, meaning]) => markup`<li><span class="cell ${tone}">${face({ tone, word })}</span> ${meaning}</li>`,
  )}</ul>`;
}

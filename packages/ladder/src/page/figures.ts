import type { Scorecard } from "../scorecard.ts";
import { megabytes } from "../table.ts";
import { type Column, verdictIn } from "./input.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { headRow } from "./table-head.ts";

/** Every measured figure of each stage. */
export function figureTable(columns: readonly Column[]): Markup {
  const row = (title: string, of: (column: Column) => Content) =>
    markup`<tr><th scope="row">${title}</th>${columns.map((column) => markup`<td>${of(column)}</td>`)}</tr>\n`;
  return markup`<table class="figures"><caption class="aside">Figures by stage</caption>${headRow("figure", columns)}<tbody>
${row("size", ({ result }) => megabytes(result.sizeBytes))}${row("compressed (gzip -6)", ({ result }) => megabytes(result.compressedBytes))}${row("distribution packages", ({ result }) => result.packages.distribution)}${row("npm packages", ({ result }) => result.packages.npm)}${row("executables", ({ result }) => result.executables)}${row("user:group", ({ result }) => result.uid.split(":").map((part, index) => markup`${index > 0 && markup`:<wbr>`}${part}`))}${row("checks passed", passed)}${row("faults on purpose", (column) => Object.keys(column.contract.faults).length)}${row("started", ({ contract }) => (contract.run === "plain" ? "plain" : "under the profile"))}${row("contract", ({ result }) => (result.contractHolds ? "holds" : "broken"))}${row("image", ({ result }) => markup`<code>${result.image.id.slice(7, 13)}<wbr>${result.image.id.slice(13, 19)}</code>`)}</tbody></table>`;
}

function passed(column: Column): string {
  const ids = Object.keys(column.result.checks);
  return `${ids.filter((id) => verdictIn(column, id).tone === "pass").length} of ${ids.length}`;
}

/** What each stage adds, and where. */
export function stageList(columns: readonly Column[]): Markup {
  return markup`<ol class="stages">${columns.map(
    ({ result, contract }) =>
      markup`<li><strong>${result.stage} ${result.name}</strong> <span>${contract.adds}</span> <code>${contract.dockerfile}</code></li>`,
  )}</ol>`;
}

/** What the images were built on, with the digest really used. */
export function baseList(bases: Scorecard["bases"]): Markup {
  return markup`<ul class="bases">${bases.map(
    ({ ref, digest, origin }) =>
      markup`<li><code>${ref}</code><dl class="pairs"><div><dt>origin</dt><dd>${origin === "local" ? "local: rebuilt from distribution and npm packages" : origin}</dd></div><div><dt>digest used</dt><dd><code>${digest}</code></dd></div></dl></li>`,
  )}</ul>`;
}

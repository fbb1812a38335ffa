import type { Column } from "./input.ts";
import { type Markup, markup } from "./markup.ts";

/** The head of every table: one column for each stage. */
export function headRow(first: string, columns: readonly Column[]): Markup {
  return markup`<thead><tr><th scope="col" class="first">${first}</th>${columns.map(
    ({ result }) => markup`<th scope="col"><span class="number">${result.stage}</span> ${result.name}</th>`,
  )}</tr></thead>`;
}

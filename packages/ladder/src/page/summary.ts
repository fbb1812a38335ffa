import { megabytes } from "../table.ts";
import { type Column, checkIds, outcomeIn, verdictIn } from "./input.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { face, inWords } from "./panel.ts";

/** What the ladder does, in one line of figures. */
export function headline(columns: readonly Column[]): string {
  const told = columns.map(({ result }) => `${Math.round(result.sizeBytes / 1e6)} MB as ${userOf(result.uid)}`);
  const [first, last] = [told.at(0), told.at(-1)];
  if (first === undefined) return "Nothing measured yet";
  return first === last ? first : `From ${first} to ${last}`;
}

function userOf(uid: string): string {
  return uid === "0:0" ? "root" : uid;
}

/** Whether every contract holds; if not, each check that did not end as agreed, in plain sight. */
export function contractBanner(columns: readonly Column[]): Markup {
  const missing = checkIds(columns).filter((id) => columns.some(({ result }) => result.checks[id] === undefined));
  const broken = columns.filter((column) => brokenIn(column).length > 0 || !column.result.contractHolds);
  if (broken.length === 0 && missing.length > 0) {
    const ids = missing.map((id, index) => markup`${index > 0 && ", "}<code>${id}</code>`);
    return markup`<p class="banner absent">${face({ tone: "absent", word: "Not complete" })} Checks that did not run on every stage: ${ids}. <code>make scorecard</code> runs them.</p>`;
  }
  if (broken.length === 0) {
    const which = columns.length === 1 ? "The contract holds" : `All ${columns.length} contracts hold`;
    return markup`<p class="banner pass">${face({ tone: "pass", word: which })} Every check ended as its stage's contract says, faults on purpose included.</p>`;
  }
  return markup`<div class="banner broken" role="note"><p>${face({ tone: "broken", word: `Contract broken: ${broken.map(({ result }) => `stage ${result.stage}`).join(", ")}` })}</p>
<ul>${broken.map((column) => brokenIn(column).map((id) => difference(column, id)))}</ul></div>`;
}

function brokenIn(column: Column): string[] {
  return checkIds([column]).filter((id) => verdictIn(column, id).tone === "broken");
}

function difference(column: Column, id: string): Markup {
  const outcome = outcomeIn(column, id);
  const seen =
    outcome && ("evidence" in outcome ? outcome.evidence[0]?.message : "reason" in outcome && outcome.reason);
  const verdict = verdictIn(column, id);
  return markup`<li>stage ${column.result.stage} <code>${id}</code> ${inWords(verdict)}. ${verdict.why} ${seen && `Seen: ${seen}`}</li>`;
}

/** The change from the first stage to the last, four times. */
export function keyFigures(columns: readonly Column[]): Content {
  const [first, last] = [columns.at(0)?.result, columns.at(-1)?.result];
  if (first === undefined || last === undefined) return undefined;
  const passed = (checks: typeof first.checks) => Object.values(checks).filter((status) => status === "pass").length;
  const packages = (of: typeof first.packages) => String(of.distribution + of.npm);
  const figures: [string, string, string][] = [
    ["size", megabytes(first.sizeBytes), megabytes(last.sizeBytes)],
    ["packages", packages(first.packages), packages(last.packages)],
    ["executables", String(first.executables), String(last.executables)],
    [`checks passed of ${Object.keys(last.checks).length}`, String(passed(first.checks)), String(passed(last.checks))],
  ];
  return markup`<dl class="keys">${figures.map(
    ([name, before, after]) =>
      markup`<div><dt>${name}</dt><dd><span class="before">${before} <span aria-hidden="true">→</span><span class="aside"> to </span></span> <strong>${after}</strong></dd></div>`,
  )}</dl>`;
}

import type { Check, Evidence, Outcome } from "image-audit";
import { type Column, outcomeIn, verdictIn } from "./input.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { heading, panel } from "./panel.ts";

/** More than this of one layer is a list for the report file, not for reading. */
const SHOWN = 12;

/** The panel that a cell of the checks grid opens. */
export function checkPanel(column: Column, id: string, check: Check | undefined): Markup {
  const verdict = verdictIn(column, id);
  return panel({
    id: panelId(column, id),
    tone: verdict.tone,
    over: markup`Stage ${column.result.stage} ${column.result.name} · <code>${id}</code>${check && ` · severity ${check.severity}`}`,
    title: check?.title ?? id,
    body: [heading(verdict), seenIn(column, id), reasons(check)],
  });
}

/** The panel of one of the six lines: each of its checks. */
export function linePanel(column: Column, id: string, title: string, checks: [string, Check | undefined][]): Markup {
  return panel({
    id: panelId(column, id),
    tone: "line",
    over: `Stage ${column.result.stage} ${column.result.name}`,
    title,
    body: checks.map(
      ([checkId, check]) =>
        markup`<section><h3 class="part">${check?.title ?? checkId}</h3><p class="over"><code>${checkId}</code></p>${heading(verdictIn(column, checkId))}${seenIn(column, checkId)}</section>`,
    ),
  });
}

export function panelId({ result }: Column, id: string): string {
  return `stage-${result.stage}-${id}`;
}

function seenIn(column: Column, id: string): Content {
  const outcome = outcomeIn(column, id);
  const file = `out/${column.contract.image}.report.json`;
  if (outcome !== undefined) return seen(outcome, file);
  return markup`<p class="note">What it saw is not stored for this image: <code>make stage-${column.result.stage}</code> writes ${file}.</p>`;
}

function seen(outcome: Outcome, file: string): Content {
  switch (outcome.status) {
    case "pass":
      return observed(outcome.evidence, file);
    case "fail":
      return [observed(outcome.evidence, file), markup`<h3 class="label">What to do</h3><p>${outcome.fix}</p>`];
    case "unknown":
    case "skipped":
      return markup`<h3 class="label">Why there is no verdict</h3><p>${outcome.reason}</p>`;
    case "waived":
      return markup`<h3 class="label">Waived until ${outcome.waiver.expires}</h3><p>${outcome.waiver.reason}</p>`;
  }
}

function observed(evidence: readonly Evidence[], file: string): Content {
  const groups = Map.groupBy(evidence, ({ layer, instruction }) => `${layer ?? ""} ${instruction ?? ""}`);
  return [markup`<h3 class="label">What was seen</h3>`, [...groups.values()].map((group) => fromOneLayer(group, file))];
}

function fromOneLayer(evidence: readonly Evidence[], file: string): Markup {
  const { layer, instruction } = evidence[0] ?? {};
  const more = evidence.length - SHOWN;
  return markup`<ul class="seen">${evidence.slice(0, SHOWN).map(item)}${more > 0 && markup`<li class="note">${more} more in ${file}</li>`}</ul>${(layer ?? instruction) !== undefined && markup`<dl class="pairs">${instruction && markup`<div><dt>made by</dt><dd><code>${instruction}</code></dd></div>`}${layer && markup`<div><dt>layer</dt><dd><code>${layer.slice(0, 19)}</code></dd></div>`}</dl>`}`;
}

function item({ message, path, pid, line }: Evidence): Markup {
  const told = path !== undefined && message.includes(path);
  const where = `${path ?? ""}${line === undefined ? "" : `:${line}`}`;
  return markup`<li>${message}${where !== "" && !told && markup` <code>${where}</code>`}${pid !== undefined && !message.includes(`process ${pid}`) && ` (process ${pid})`}</li>`;
}

function reasons(check: Check | undefined): Content {
  if (check === undefined) return undefined;
  const links = check.references.filter((reference) => reference.startsWith("https://"));
  return markup`<div class="reasons"><h3 class="label">Why it matters</h3><p>${check.rationale}</p>${links.map((link) => markup`<p><a href="${link}" rel="noreferrer">${link}</a></p>`)}</div>`;
}

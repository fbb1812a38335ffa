import type { AttackReport, AttackResult } from "./attacks.ts";
import { panelId } from "./evidence.ts";
import { attackTitles, type Column } from "./input.ts";
import { type Content, type Markup, markup } from "./markup.ts";
import { face, heading, opener, panel } from "./panel.ts";
import { headRow } from "./table-head.ts";
import { attackVerdict, type Verdict } from "./verdict.ts";

/** The attacks of each stage. What was not run says so, and results of another image are stale: neither is a pass. */
export function attackGrid(columns: readonly Column[]): Markup {
  const rows = attackTitles(columns).map(
    ([id, title]) =>
      markup`<tr><th scope="row">${title}</th>${columns.map((column) => markup`<td>${cell(column, id, title)}</td>`)}</tr>\n`,
  );
  return markup`<table class="grid"><caption class="aside">Attacks by stage</caption>${headRow("attack", columns)}<tbody>
${rows}</tbody></table>${hints(columns)}`;
}

/** The panels that the cells open. */
export function attackPanels(columns: readonly Column[]): Content {
  return columns.map((column) => (column.attacks?.attacks ?? []).map((attack) => attackPanel(column, attack)));
}

function cell(column: Column, id: string, title: string): Content {
  const attack = column.attacks?.attacks.find((candidate) => candidate.id === id);
  if (column.attacks === undefined || attack === undefined) {
    return markup`<span class="cell absent">${face({ tone: "absent", word: "not run" })}</span>`;
  }
  return opener(
    panelId(column, id),
    verdictOn(column, attack, column.attacks),
    `${title}, stage ${column.result.stage}`,
  );
}

function verdictOn(column: Column, attack: AttackResult, { image, stage }: AttackReport): Verdict {
  const verdict = attackVerdict(attack);
  if (image.id === column.result.image.id) return verdict;
  return {
    tone: "stale",
    word: "stale",
    why: `It ended "${attack.verdict}" on ${image.id.slice(0, 19)}; the scorecard measured ${column.result.image.id.slice(0, 19)}. make attack-${stage} runs it again.`,
  };
}

function attackPanel(column: Column, attack: AttackResult): Markup {
  const verdict = verdictOn(column, attack, column.attacks as AttackReport);
  return panel({
    id: panelId(column, attack.id),
    tone: verdict.tone,
    over: `Stage ${column.result.stage} ${column.result.name} · attack`,
    title: attack.title,
    body: [
      heading(verdict),
      attack.stoppedBy !== null &&
        markup`<h3 class="label">Stopped by</h3><p class="over">${attack.stoppedBy.file}:${attack.stoppedBy.line}</p><pre><code>${attack.stoppedBy.text}</code></pre>`,
      attack.steps.length > 0 &&
        markup`<h3 class="label">What the attacker does</h3><ol class="steps">${attack.steps.map((step) => markup`<li><code>${step}</code></li>`)}</ol>`,
      attack.evidence.length > 0 &&
        markup`<h3 class="label">What was seen</h3><ul class="seen">${attack.evidence.map((line) => markup`<li>${line}</li>`)}</ul>`,
    ],
  });
}

function hints(columns: readonly Column[]): Content {
  const missing = columns.filter(({ attacks }) => attacks === undefined).map(({ result }) => result.stage);
  const stale = columns.filter(({ attacks, result }) => attacks !== undefined && attacks.image.id !== result.image.id);
  return [
    missing.length > 0 &&
      markup`<p class="note">Not run: ${missing.map((stage, index) => markup`${index > 0 && ", "}<code>make attack-${stage}</code>`)}.</p>`,
    stale.length > 0 &&
      markup`<p class="note">Stale, of another image than the one measured: ${stale.map(({ result }, index) => markup`${index > 0 && ", "}<code>make attack-${result.stage}</code>`)}.</p>`,
  ];
}

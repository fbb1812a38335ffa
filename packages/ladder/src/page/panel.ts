import { type Content, type Markup, markup } from "./markup.ts";
import type { Tone, Verdict } from "./verdict.ts";

/** `id` is what a cell's button opens; `tone` decides whether the panel is printed. */
type Panel = { id: string; tone: Tone | "line"; over: Content; title: string; body: Content };

/** A panel that the browser itself opens and closes (popover): no script, Escape closes, focus returns to the cell. */
export function panel({ id, tone, over, title, body }: Panel): Markup {
  return markup`<div popover id="${id}" class="panel panel-${tone}" role="dialog" aria-labelledby="${id}-title">
<div class="bar"><p class="over">${over}</p><h2 id="${id}-title">${title}</h2><button class="close" type="button" popovertarget="${id}" popovertargetaction="hide" autofocus>Close</button></div>
${body}</div>
`;
}

/** A cell's button: shape, word and colour say the verdict, the name says the rest to a screen reader. */
export function opener(id: string, verdict: Verdict, name: string): Markup {
  return markup`<button class="cell ${verdict.tone}" type="button" popovertarget="${id}" aria-label="${inWords(verdict)}: ${name}">${face(verdict)}</button>`;
}

/** Icon and word; a narrow column leaves the detail to the button's name. */
export function face({ tone, word, detail }: Omit<Verdict, "why">): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#i-${tone}"/></svg><span>${word}${detail && markup`<span class="detail">: ${detail}</span>`}</span>`;
}

/** A verdict in words. */
export function inWords({ word, detail }: Verdict): string {
  return detail === undefined ? word : `${word}: ${detail}`;
}

/** The verdict at the head of a panel, with its reason. */
export function heading(verdict: Verdict): Markup {
  return markup`<p class="heading ${verdict.tone}">${face(verdict)}</p>${verdict.why !== "" && markup`<p>${verdict.why}</p>`}`;
}

/** The icons, once; told apart by shape. */
export const ICONS: Markup = markup`<svg class="sprite" aria-hidden="true">
<symbol id="i-pass" viewBox="0 0 16 16"><path d="M3 8.5l3.2 3.2L13 5" class="line"/></symbol>
<symbol id="i-taught" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.6" class="line"/><path d="M8 5v3.6M8 10.6v.6" class="line"/></symbol>
<symbol id="i-broken" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8" class="line"/></symbol>
<symbol id="i-skipped" viewBox="0 0 16 16"><path d="M4 8h8" class="line"/></symbol>
<symbol id="i-succeeded" viewBox="0 0 16 16"><path d="M8 2.2l6.2 11.3H1.8z" class="line"/><path d="M8 6.6v3M8 11.2v.5" class="line"/></symbol>
<symbol id="i-absent" viewBox="0 0 16 16"><circle cx="4" cy="8" r="1"/><circle cx="8" cy="8" r="1"/><circle cx="12" cy="8" r="1"/></symbol>
<symbol id="i-stale" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.6" class="line"/><path d="M8 4.8V8l2.2 1.6" class="line"/></symbol>
</svg>`;

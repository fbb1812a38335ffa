import { scaleBand, scaleLinear } from "d3-scale";
import { htmlUnescape } from "escape-goat";
import type { Contract } from "../contract.ts";
import type { StageFigures } from "../scorecard.ts";
import { megabytes } from "../table.ts";
import { type Content, type Markup, markup, trusted } from "./markup.ts";
import { CHART_STYLE } from "./style.ts";
import { type Tone, verdictOf } from "./verdict.ts";

/** What the chart shows of one stage; `checks` in the same order on each, so that a square keeps its place. */
export type ChartStage = Pick<
  StageFigures,
  "stage" | "name" | "sizeBytes" | "compressedBytes" | "uid" | "executables" | "packages"
> & { checks: { id: string; tone: Tone }[] };

/** A stage as the chart shows it. */
export function chartStage(contract: Contract, figures: StageFigures, ids: readonly string[]): ChartStage {
  const { stage, name, sizeBytes, compressedBytes, uid, executables, packages } = figures;
  const checks = ids.map((id) => ({ id, tone: verdictOf(contract, id, figures.checks[id]).tone }));
  return { stage, name, sizeBytes, compressedBytes, uid, executables, packages, checks };
}

const PAD = 22;
const BAR = 12;
const GAP = 3;

/**
 * Size, compressed size and the checks of each stage as SVG: no script, no request, readable on a light and a dark page.
 * @param width in user units: about 720 beside text, 340 on a phone
 */
export function chart(stages: readonly ChartStage[], width = 720): Markup {
  const narrow = width < 600;
  const step = narrow ? 104 : 82;
  const legendRows = narrow ? 3 : 1;
  const height = PAD * 2 + stages.length * step + legendRows * 22;
  const room = width - 2 * PAD;
  const bytes = scaleLinear([0, Math.max(...stages.map(({ sizeBytes }) => sizeBytes))], [0, room]);
  const rows = scaleBand(
    stages.map(({ stage }) => String(stage)),
    [PAD, PAD + stages.length * step],
  );
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="c-chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${spoken(stages)}"><style>${trusted(CHART_STYLE)}</style>${metadata(stages)}
<rect class="c-card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
${stages.map((stage) => markup`<g transform="translate(${PAD} ${rows(String(stage.stage)) ?? 0})">${row(stage, room, bytes, narrow)}</g>\n`)}<g transform="translate(${PAD} ${PAD + stages.length * step + 10})">${legend(narrow, stages)}</g></svg>`;
}

/** The figures behind the picture, so that a test can hold them to what is measured and draw the file again. */
function metadata(stages: readonly ChartStage[]): Markup {
  return markup`<metadata>${JSON.stringify(stages)}</metadata>`;
}

/** The figures that a picture was drawn from. */
export function drawnFrom(svg: string): ChartStage[] {
  const written = /<metadata>([\s\S]*?)<\/metadata>/.exec(svg)?.[1] ?? "[]";
  return JSON.parse(htmlUnescape(written)) as ChartStage[];
}

function row(stage: ChartStage, room: number, bytes: (value: number) => number, narrow: boolean): Content {
  const passed = stage.checks.filter(({ tone }) => tone === "pass").length;
  const facts = `user ${stage.uid} · ${stage.packages.distribution + stage.packages.npm} packages · ${stage.executables} executables`;
  const count = `${passed} of ${stage.checks.length}${narrow ? "" : " checks pass"}`;
  const barTop = narrow ? 38 : 22;
  return [
    markup`<text class="c-ink c-name" x="0" y="13">${stage.stage} ${stage.name}${!narrow && markup`<tspan class="c-muted c-small" dx="12">${facts}</tspan>`}</text>`,
    narrow && markup`<text class="c-muted c-small" x="0" y="31">${facts.replace(" executables", " exec.")}</text>`,
    markup`<text class="c-ink c-figure" x="${room}" y="13">${megabytes(stage.sizeBytes)}</text>`,
    markup`<rect class="c-full" x="0" y="${barTop}" width="${round(bytes(stage.sizeBytes))}" height="${BAR}" rx="2"/>`,
    markup`<rect class="c-packed" x="0" y="${barTop}" width="${round(bytes(stage.compressedBytes))}" height="${BAR}" rx="2"/>`,
    markup`<g transform="translate(0 ${barTop + BAR + 8})">${squares(stage.checks, room - (narrow ? 66 : 150))}</g>`,
    markup`<text class="c-muted c-small c-end" x="${room}" y="${barTop + BAR + 18}">${count}</text>`,
  ];
}

function squares(checks: ChartStage["checks"], room: number): Content {
  const place = scaleBand(
    checks.map(({ id }) => id),
    [0, Math.min(room, checks.length * 14)],
  );
  const side = Math.min(10, round(place.step() - Math.min(GAP, place.step() * 0.3)));
  return checks.map(({ id, tone }) => square(tone, round(place(id) ?? 0), side));
}

/** Told apart by shape: filled, hollow, a dash, a dot, a cross on a filled square. */
function square(tone: Tone, x: number, side: number): Markup {
  switch (tone) {
    case "pass":
      return markup`<rect class="c-pass" x="${x}" y="0" width="${side}" height="10" rx="1.5"/>`;
    case "taught":
      return markup`<rect class="c-taught" x="${round(x + 0.75)}" y="0.75" width="${round(side - 1.5)}" height="8.5" rx="1.5"/>`;
    case "absent":
      return markup`<circle class="c-skipped" cx="${round(x + side / 2)}" cy="5" r="1.5"/>`;
    case "skipped":
      return markup`<rect class="c-skipped" x="${x}" y="4" width="${side}" height="2"/>`;
    default:
      return markup`<path class="c-broken" d="M${x} 0h${side}v10h-${side}z"/><path class="c-cross" d="M${x} 0l${side} 10m0 -10l-${side} 10"/>`;
  }
}

function legend(narrow: boolean, stages: readonly ChartStage[]): Content {
  const tones = new Set(stages.flatMap(({ checks }) => checks.map(({ tone }) => tone)));
  const entries: [Markup, string, number][] = [
    [markup`<rect class="c-full" width="14" height="10" rx="2"/>`, "size", 62],
    [markup`<rect class="c-packed" width="14" height="10" rx="2"/>`, "compressed (gzip -6)", 166],
    [square("pass", 2, 10), "check passes", 118],
    [square("taught", 2, 10), "fault on purpose", 140],
  ];
  if (tones.has("skipped")) entries.push([square("skipped", 2, 10), "skipped", 84]);
  if (tones.has("absent")) entries.push([square("absent", 2, 10), "not run", 84]);
  if (tones.has("broken")) entries.push([square("broken", 2, 10), "contract broken", 130]);
  let [x, y] = [0, 0];
  return entries.map(([symbol, text, wide], index) => {
    if (narrow && index > 0 && index % 2 === 0) [x, y] = [0, y + 22];
    const at = markup`<g transform="translate(${x} ${y})">${symbol}<text class="c-muted c-small" x="20" y="9">${text}</text></g>`;
    x += narrow ? 110 : wide;
    return at;
  });
}

function spoken(stages: readonly ChartStage[]): string {
  const told = stages.map((stage) => {
    const passed = stage.checks.filter(({ tone }) => tone === "pass").length;
    return `stage ${stage.stage} ${stage.name}: ${megabytes(stage.sizeBytes)}, compressed ${megabytes(stage.compressedBytes)}, user ${stage.uid}, ${passed} of ${stage.checks.length} checks pass`;
  });
  return `Scorecard. ${told.join("; ")}.`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

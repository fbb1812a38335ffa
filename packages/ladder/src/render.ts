import { markdownTable } from "markdown-table";
import type { StageContract } from "./contract.ts";
import { lines, worst } from "./lines.ts";
import type { Measured } from "./measure.ts";
import type { Scorecard, StageFigures } from "./scorecard.ts";
import { megabytes, table } from "./table.ts";

/** The scorecard of measured stages: the stored truth that every other form is rendered from. */
export function scorecardOf(measured: readonly Measured<StageContract>[]): Scorecard {
  const bases = new Map(measured.flatMap(({ record }) => record.bases).map((base) => [base.ref, base]));
  return {
    schemaVersion: 1,
    measuredAt: new Date().toISOString(),
    bases: [...bases.values()],
    stages: measured.map(({ contract, result }) => ({ stage: contract.stage, ...result })),
  };
}

/** The scorecard for a terminal. */
export function terminal(card: Scorecard): string {
  const [head, ...rows] = grid(card.stages);
  return table(head ?? [], rows);
}

/** The scorecard as Markdown, with where its figures come from. */
export function markdown(card: Scorecard): string {
  const bases = card.bases.map(({ ref, digest, origin }) => `- \`${ref}\`: ${origin}, \`${digest}\``);
  return [
    "# Scorecard",
    "",
    markdownGrid(card.stages),
    "",
    `Measured ${card.measuredAt} by \`make scorecard\`. Bases used:`,
    "",
    ...bases,
    "",
  ].join("\n");
}

/** The table alone, as the README shows it. */
export function markdownGrid(stages: readonly StageFigures[]): string {
  return markdownTable(grid(stages));
}

function grid(stages: readonly StageFigures[]): string[][] {
  const row = (title: string, cell: (stage: StageFigures) => string) => [title, ...stages.map(cell)];
  return [
    row("", ({ stage, name }) => `${stage} ${name}`),
    row("size", ({ sizeBytes }) => megabytes(sizeBytes)),
    row("compressed (gzip -6)", ({ compressedBytes }) => megabytes(compressedBytes)),
    row("packages (distribution + npm)", ({ packages }) => `${packages.distribution} + ${packages.npm}`),
    row("executables", ({ executables }) => String(executables)),
    row("user:group", ({ uid }) => uid),
    ...lines.map(({ title, checks }) => row(`${title}?`, (stage) => worst(checks.map((id) => stage.checks[id])))),
    row("checks passed", ({ checks }) => {
      const statuses = Object.values(checks);
      return `${statuses.filter((status) => status === "pass").length} of ${statuses.length}`;
    }),
    row("contract", ({ contractHolds }) => (contractHolds ? "holds" : "broken")),
  ];
}

import { markdownTable } from "markdown-table";
import { megabytes, table } from "./table.ts";
import type { VariantResult } from "./variant-results.ts";
import { tradeOffs } from "./variants.ts";

/** The variants side by side for a terminal, with what each costs. */
export function terminalOf(results: readonly VariantResult[]): string {
  const [head = [], ...rows] = grid(results);
  const passed = results.map(({ report }) => {
    const count = report.results.filter(({ outcome }) => outcome.status === "pass").length;
    return `${count} of ${report.results.length}`;
  });
  const costs = results.flatMap(({ variant }) => [`${variant}:`, ...tradeOffs[variant].map((line) => `  - ${line}`)]);
  return [table(head, [...rows, ["checks passed", ...passed]]), "", "Known trade-offs", ...costs].join("\n");
}

/** The same table as Markdown, for docs/variants.md. */
export function markdownOf(results: readonly VariantResult[]): string {
  return markdownTable(grid(results));
}

function grid(results: readonly VariantResult[]): string[][] {
  const row = (title: string, cell: (result: VariantResult) => string) => [title, ...results.map(cell)];
  return [
    row("", ({ variant }) => variant),
    row("size", ({ result }) => megabytes(result.sizeBytes)),
    row("compressed (gzip -6)", ({ result }) => megabytes(result.compressedBytes)),
    row("packages (distribution + npm)", ({ result: { packages } }) => `${packages.distribution} + ${packages.npm}`),
    row("libc", ({ libc }) => libc),
    row("shell", ({ shells }) => shells.join(", ") || "none"),
    row("user:group", ({ result }) => result.uid),
    row("start-up", ({ readyMs }) => (readyMs === null ? "not ready" : `${Math.round(readyMs / 10) * 10} ms`)),
    row("memory, idle", ({ rssBytes }) => megabytes(rssBytes)),
    row("checks that fail", ({ result }) => failing(result.checks).join(", ") || "none"),
    row("contract", ({ result }) => (result.contractHolds ? "holds" : "broken")),
    row("final base", ({ origin }) => origin),
  ];
}

function failing(checks: Record<string, string>): string[] {
  return Object.keys(checks).filter((id) => checks[id] !== "pass");
}

import Table from "cli-table3";
import type { Check } from "../check.ts";
import type { Evidence, Outcome } from "../outcome.ts";
import type { AuditReport } from "../report.ts";

const plain = { head: [], border: [] }; // no colour: it reads the same in a pipe and in a log
const seenWidth = 76;

/** The report for people: one row for each check, the worst first, and the count. */
export function renderReport(report: AuditReport, checks: readonly Pick<Check, "id" | "title">[]): string {
  const titles = new Map(checks.map(({ id, title }) => [id, title]));
  const table = new Table({
    head: ["check", "verdict", "seen"],
    style: plain,
    colWidths: [null, null, seenWidth],
    wordWrap: true,
  });
  for (const { id, outcome } of report.results.toSorted((a, b) => rank(a.outcome) - rank(b.outcome))) {
    table.push([id, outcome.status, [titles.get(id), ...said(outcome)].join("\n")]);
  }
  return `${report.image.reference}  ${report.image.id}\n${table.toString()}\n${summary(report)}\n`;
}

/** IDs, severities and titles of checks. */
export function renderChecks(checks: readonly Check[]): string {
  const table = new Table({ head: ["check", "severity", "title"], style: plain });
  for (const { id, severity, title } of checks.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    table.push([id, severity, title]);
  return `${table.toString()}\n`;
}

/** Findings are failures and what is unknown: "not seen" is not "absent". */
export function findings(report: AuditReport): number {
  return report.results.filter(({ outcome: { status } }) => status === "fail" || status === "unknown").length;
}

function summary(report: AuditReport): string {
  const statuses = report.results.map(({ outcome }) => outcome.status);
  const counts = [...new Set(statuses)].map((status) => `${statuses.filter((s) => s === status).length} ${status}`);
  const found = findings(report);
  const verdict = found === 0 ? "no findings" : `${found} findings (fail and unknown count)`;
  return `${statuses.length} checks: ${counts.join(", ")} · ${verdict}`;
}

function rank({ status }: Outcome): number {
  return ["fail", "unknown", "waived", "skipped", "pass"].indexOf(status);
}

function said(outcome: Outcome): string[] {
  switch (outcome.status) {
    case "pass":
      return outcome.evidence.map(seen);
    case "fail":
      return [...outcome.evidence.map(seen), `→ ${outcome.fix}`];
    case "unknown":
    case "skipped":
      return [outcome.reason];
    case "waived":
      return [`waived until ${outcome.waiver.expires}: ${outcome.waiver.reason}`];
  }
}

function seen({ message, path }: Evidence): string {
  return path === undefined || message.includes(path) ? message : `${message}: ${path}`;
}

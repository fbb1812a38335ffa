import Table from "cli-table3";
import type { AuditReport, Outcome, Status } from "image-audit";
import type { Contract } from "./contract.ts";
import { lines, worst } from "./lines.ts";
import type { StageResult } from "./scorecard.ts";

/** Megabytes of 10^6, one decimal. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A table without colour that reads well in a pipe and on a narrow screen. */
export function table(head: string[], rows: string[][]): string {
  const drawn = new Table({ head, style: { head: [], border: [], compact: true }, wordWrap: true, colWidths: [] });
  drawn.push(...rows);
  return drawn.toString();
}

/** The six lines that matter of one stage: what was seen and how it was judged. */
export function sixLines(contract: Contract, result: StageResult, report: AuditReport): string {
  const rows = lines.map(({ title, checks }) => {
    const status = worst(checks.map((id) => result.checks[id]));
    const telling = checks.find((id) => result.checks[id] === status) ?? checks[0];
    const outcome = report.results.find(({ id }) => id === telling)?.outcome;
    const fault = checks.some((id) => contract.faults[id] !== undefined);
    return [title, mark(status, fault), outcome === undefined ? "" : seen(outcome)];
  });
  return table(["", "verdict", "seen"], rows);
}

/** Every check of one stage. */
export function everyCheck(contract: Contract, report: AuditReport): string {
  const rows = report.results.map(({ id, outcome }) => [
    id,
    mark(outcome.status, contract.faults[id] !== undefined),
    seen(outcome),
  ]);
  return table(["check", "verdict", "seen"], rows);
}

function mark(status: Status, taught: boolean): string {
  return status === "fail" && taught ? "fail (taught here)" : status;
}

function seen(outcome: Outcome): string {
  switch (outcome.status) {
    case "pass":
    case "fail":
      return shorten(outcome.evidence.map(({ message }) => message).join("; "));
    case "unknown":
    case "skipped":
      return shorten(outcome.reason);
    case "waived":
      return `waived until ${outcome.waiver.expires}: ${outcome.waiver.reason}`;
  }
}

function shorten(text: string): string {
  return text.length > 110 ? `${text.slice(0, 107)}...` : text;
}

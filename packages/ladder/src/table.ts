import Table from "cli-table3";
import type { AuditReport, Outcome, Status } from "image-audit";
import type { Contract } from "./contract.ts";
import { lines, worst } from "./lines.ts";
import type { ImageResult } from "./scorecard.ts";

/** Megabytes of 10^6, one decimal. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Columns of text that may be long; the table stays within 100. */
const SEEN_COLUMN = 58;

/** A table without colour that reads well in a pipe and on a narrow screen. `widths`: null fits the content. */
export function table(head: string[], rows: string[][], widths: (number | null)[] = []): string {
  const drawn = new Table({ head, style: { head: [], border: [], compact: true }, wordWrap: true, colWidths: widths });
  drawn.push(...rows);
  return drawn.toString();
}

/** The six lines that matter of one stage: what was seen and how it was judged. */
export function sixLines(contract: Contract, result: ImageResult, report: AuditReport): string {
  const rows = lines.map(({ title, checks }) => {
    const status = worst(checks.map((id) => result.checks[id]));
    const telling = report.results.filter(({ id, outcome }) => checks.includes(id) && outcome.status === status);
    const fault = checks.some((id) => contract.faults[id] !== undefined);
    return [title, mark(status, fault), shorten(telling.map(({ outcome }) => seen(outcome)).join("; "))];
  });
  return table(["", "verdict", "seen"], rows, [null, null, SEEN_COLUMN]);
}

/** Every check of one stage. */
export function everyCheck(contract: Contract, report: AuditReport): string {
  const rows = report.results.map(({ id, outcome }) => [
    id,
    mark(outcome.status, contract.faults[id] !== undefined),
    shorten(seen(outcome)),
  ]);
  return table(["check", "verdict", "seen"], rows, [null, null, SEEN_COLUMN]);
}

/** A verdict as a word; a fault that the contract names is no surprise. */
export function mark(status: Status, taught: boolean): string {
  return status === "fail" && taught ? "fail (taught here)" : status;
}

/** What a check saw first, or why it saw nothing. */
export function seen(outcome: Outcome): string {
  switch (outcome.status) {
    case "pass":
    case "fail":
      return outcome.evidence[0]?.message ?? "";
    case "unknown":
    case "skipped":
      return outcome.reason;
    case "waived":
      return `waived until ${outcome.waiver.expires}: ${outcome.waiver.reason}`;
  }
}

function shorten(text: string): string {
  return text.length > 220 ? `${text.slice(0, 217)}...` : text;
}

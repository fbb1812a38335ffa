import Table from "cli-table3";
import type { ChecklistReport } from "../supply/checklist.ts";

/** The twelve points for people: number, verdict, the checks behind it and what blocks. */
export function renderChecklist({ image, points }: ChecklistReport): string {
  const table = new Table({
    head: ["", "point", "verdict", "checks"],
    style: { head: [], border: [] }, // no colour: it reads the same in a pipe and in a log
    colWidths: [null, null, null, 78],
    wordWrap: true,
  });
  points.forEach(({ title, passed, checks, reasons }, index) => {
    table.push([index + 1, title, passed ? "pass" : "BLOCKS", [checks.join(", "), ...reasons].join("\n")]);
  });
  const blocked = points.filter(({ passed }) => !passed).length;
  const verdict = blocked === 0 ? "fit for production" : `${blocked} block`;
  const id = image.id === "sha256:" ? "" : `  ${image.id}`; // nothing was read
  return `${image.reference}${id}\n${table.toString()}\n${points.length} points: ${verdict}\n`;
}

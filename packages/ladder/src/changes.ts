import { type Contract, type StageContract, titleOf } from "./contract.ts";
import type { ImageResult } from "./scorecard.ts";
import { megabytes, table } from "./table.ts";

/** One side of a comparison: an image's contract and what was measured. */
export type Side = { contract: Contract; result: ImageResult };

/** What one image changed against another, and the command that shows the lines that did it. */
export function changes(from: Side, to: Side): string {
  const [before, after] = [from.result.checks, to.result.checks];
  const ids = Object.keys(after);
  const mended = ids.filter((id) => after[id] === "pass" && before[id] !== "pass");
  const broken = ids.filter((id) => after[id] !== "pass" && before[id] === "pass");
  return [
    `What changed since ${titleOf(from.contract)}:`,
    figures(from, to),
    `now pass: ${mended.join(" ") || "none"}`,
    ...(broken.length === 0 ? [] : [`no longer pass: ${broken.join(" ")}`]),
    `see the lines: ${diff(from.contract, to.contract)}`,
  ].join("\n");
}

/** Size, packages, executables and user of two images, and the change from the first to the second. */
export function figures(from: Side, to: Side): string {
  const [before, after] = [from.result, to.result];
  return table(
    ["", titleOf(from.contract), titleOf(to.contract), ""],
    [
      ["size", megabytes(before.sizeBytes), megabytes(after.sizeBytes), ratio(before.sizeBytes, after.sizeBytes)],
      [
        "compressed (gzip -6)",
        megabytes(before.compressedBytes),
        megabytes(after.compressedBytes),
        ratio(before.compressedBytes, after.compressedBytes),
      ],
      row("distribution packages", before.packages.distribution, after.packages.distribution),
      row("npm packages", before.packages.npm, after.packages.npm),
      row("executables", before.executables, after.executables),
      ["user:group", before.uid, after.uid, before.uid === after.uid ? "same" : "changed"],
    ],
  );
}

/** The command that shows what two Dockerfiles do differently. */
export function diff(from: Contract, to: Contract): string {
  return `diff ${from.dockerfile} ${to.dockerfile}`;
}

/** What is still wrong on an image, each with its reason. */
export function faultsOf({ faults }: Contract): string {
  const lines = Object.entries(faults).map(([id, why]) => `  ${id}  ${why}`);
  if (lines.length === 0) return "No fault left that the checks know.";
  return [`Still wrong here (${lines.length}):`, ...lines].join("\n");
}

/** The same of a stage, and what to type next. */
export function remaining(contract: StageContract): string {
  const next = contract.stage === 4 ? "make scorecard" : `make stage-${contract.stage + 1}`;
  const unsigned = "Not signed here: make pipeline scans it, signs its digest and attests how it was made.";
  return [faultsOf(contract), ...(contract.stage === 4 ? [unsigned] : []), `next: ${next}`].join("\n");
}

function row(name: string, before: number, after: number): string[] {
  return [name, String(before), String(after), ratio(before, after)];
}

function ratio(before: number, after: number): string {
  if (before === after) return "same";
  return before === 0 ? `+${after}` : `${((after / before - 1) * 100).toFixed(0)} %`;
}

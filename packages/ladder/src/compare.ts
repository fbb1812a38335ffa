import type { AuditReport, Outcome } from "image-audit";
import { diff, figures, type Side } from "./changes.ts";
import { type Contract, titleOf } from "./contract.ts";
import { LadderError } from "./errors.ts";
import { stageOf } from "./stages.ts";
import { storedReport, storedResult } from "./stored.ts";
import { mark, seen, table } from "./table.ts";
import { variantOf, variants } from "./variants.ts";

/** One side of a comparison, with what each check saw. */
export type Compared = Side & { report: AuditReport };

/** Two of these, the ID and the borders stay within 100 columns. */
const SIDE_COLUMN = 38;
const SHOWN = 3;
/** The table cuts a longer word; a path is broken instead, since its end tells most. */
const LONG_WORD = new RegExp(`\\S{${SIDE_COLUMN - 2}}(?=\\S)`, "g");

/**
 * The two images that a command line names: stages by number, variants by name.
 * @throws LadderError USAGE, STAGE_UNKNOWN
 */
export function pairOf(names: readonly string[]): [Contract, Contract] {
  const [a, b] = names;
  if (a && b && names.length === 2) {
    const pair: [Contract, Contract] = [imageNamed(a), imageNamed(b)];
    if (pair[0] !== pair[1]) return pair;
  }
  const got = names.map((name) => `"${name}"`).join(" and ") || "none";
  throw new LadderError(
    "USAGE",
    `expected two different images, stages 1 to 4 or ${Object.keys(variants).join(", ")} (make compare A=1 B=4), got ${got}`,
  );
}

function imageNamed(name: string): Contract {
  return Object.hasOwn(variants, name) ? variantOf(name) : stageOf(name);
}

/**
 * An image as stored, or measured anew where nothing is stored or result and report are of different images.
 * @param anew measures an image
 */
export async function storedOr(
  anew: (contract: Contract) => Promise<Compared>,
  contract: Contract,
  say: (line: string) => void,
  folder?: string,
): Promise<Compared> {
  const [result, report] = [storedResult(contract, folder), storedReport(contract, folder)];
  if (result !== undefined && report?.image.id === result.image.id) return { contract, result, report };
  say(`${titleOf(contract)} was not measured yet; measuring it for the comparison`);
  return await anew(contract);
}

/** Two measured images side by side: figures, the checks that do not say the same of both, and the diff. */
export function comparison(from: Compared, to: Compared): string {
  const ids = [...new Set([from, to].flatMap(({ report }) => report.results.map(({ id }) => id)))].toSorted((a, b) =>
    a.localeCompare(b),
  );
  const statuses = (id: string) => [from, to].map(({ report }) => outcomeOf(report, id)?.status ?? "unknown");
  const differing = ids.filter((id) => new Set(statuses(id)).size > 1);
  const alike = ids.filter((id) => !differing.includes(id));
  const passing = alike.filter((id) => statuses(id)[0] === "pass");
  const other = alike.filter((id) => !passing.includes(id)).map((id) => `${id} (${statuses(id)[0]})`);
  const rows = differing.map((id) => [id, verdict(from, id), verdict(to, id)]);
  return [
    [from, to].map((side) => `${titleOf(side.contract)}: ${side.contract.name}, ${imageLine(side)}`).join("\n"),
    figures(from, to),
    differing.length === 0
      ? `Every check says the same of both (${ids.length}).`
      : `${differing.length} of ${ids.length} checks do not say the same of both:\n${table(
          ["check", titleOf(from.contract), titleOf(to.contract)],
          rows,
          [null, SIDE_COLUMN, SIDE_COLUMN],
        )}`,
    `pass on both: ${passing.length}`,
    `the same on both, not passed: ${other.join(", ") || "none"}`,
    `see the lines: ${diff(from.contract, to.contract)}`,
  ].join("\n\n");
}

function imageLine({ result, contract }: Compared): string {
  return `${result.image.reference} ${result.image.id.slice(0, 19)}, run: ${contract.run}`;
}

function outcomeOf(report: AuditReport, id: string): Outcome | undefined {
  return report.results.find((result) => result.id === id)?.outcome;
}

function verdict({ contract, report }: Compared, id: string): string {
  const outcome = outcomeOf(report, id);
  if (outcome === undefined) return "not judged";
  const taught = Object.hasOwn(contract.faults, id);
  return [mark(outcome.status, taught), ...evidence(outcome)].join("\n").replace(LONG_WORD, "$&\n");
}

function evidence(outcome: Outcome): string[] {
  if (!("evidence" in outcome)) return [seen(outcome)];
  const shown = outcome.evidence
    .slice(0, SHOWN)
    .map(({ message, path }) => (path === undefined || message.includes(path) ? message : `${message}: ${path}`));
  const more = outcome.evidence.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

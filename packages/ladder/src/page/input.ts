import type { AuditReport, Check, Outcome } from "image-audit";
import type { StageContract } from "../contract.ts";
import type { Scorecard, StageResult } from "../scorecard.ts";
import { ATTACKS, type AttackReport } from "./attacks.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** Everything the page is made of; all of it is stored under out/ or stands in this repository. */
export type PageInput = {
  card: Scorecard;
  contracts: readonly StageContract[];
  /** For titles and reasons. */
  checks: readonly Check[];
  /** By stage: the evidence. */
  reports: ReadonlyMap<number, AuditReport>;
  /** By stage: what `make attack-N` wrote. */
  attacks: ReadonlyMap<number, AttackReport>;
};

/** One stage as a column of every table. */
export type Column = {
  result: StageResult;
  contract: StageContract;
  /** Of exactly this image; else it would be evidence of something else. */
  report: AuditReport | undefined;
  attacks: AttackReport | undefined;
};

/** The columns of a page; a stage without a contract cannot be judged and is left out. */
export function columnsOf({ card, contracts, reports, attacks }: PageInput): Column[] {
  return card.stages.flatMap((result) => {
    const contract = contracts.find(({ stage }) => stage === result.stage);
    if (contract === undefined) return [];
    const report = reports.get(result.stage);
    const ofThis = report?.image.id === result.image.id ? report : undefined;
    return [{ result, contract, report: ofThis, attacks: attacks.get(result.stage) }];
  });
}

/** What one check said of one stage. */
export function verdictIn({ result, contract }: Column, id: string): Verdict {
  return verdictOf(contract, id, result.checks[id]);
}

/** What one check saw in one stage, where that is stored. */
export function outcomeIn({ report }: Column, id: string): Outcome | undefined {
  return report?.results.find((result) => result.id === id)?.outcome;
}

/** Every check that judged any stage, and every one a contract names, sorted. */
export function checkIds(columns: readonly Column[]): string[] {
  const ids = columns.flatMap(({ result, contract }) => [
    ...Object.keys(result.checks),
    ...Object.keys(contract.faults),
    ...Object.keys(contract.skipped),
  ]);
  return [...new Set(ids)].toSorted((a, b) => a.localeCompare(b));
}

/** Every attack of the course, then those that only a result names: ID and title. */
export function attackTitles(columns: readonly Column[]): [string, string][] {
  const ran = columns.flatMap(({ attacks }) => attacks?.attacks ?? []);
  return Object.entries({ ...ATTACKS, ...Object.fromEntries(ran.map(({ id, title }) => [id, title])) });
}

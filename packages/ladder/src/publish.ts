import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditReport, checks } from "image-audit";
import { ROOT } from "pipeline/bake";
import { LadderError } from "./errors.ts";
import { AttackReport } from "./page/attacks.ts";
import type { PageInput } from "./page/input.ts";
import { page, picture } from "./page/page.ts";
import { markdown } from "./render.ts";
import { Scorecard } from "./scorecard.ts";
import { stages } from "./stages.ts";
import { stored, storedReport } from "./stored.ts";

/**
 * Writes the page, the picture and the table of the stored scorecard; no engine is needed.
 * @returns the files written, relative to the root
 * @throws LadderError NOT_MEASURED
 */
export function publish(folder = join(ROOT, "out")): string[] {
  const input = storedInput(folder);
  const files = {
    "scorecard.html": page(input),
    "scorecard.svg": picture(input),
    "scorecard.md": markdown(input.card),
  };
  for (const [name, text] of Object.entries(files)) writeText(join(folder, name), text);
  return Object.keys(files).map((name) => `out/${name}`);
}

/** What is stored of the last scorecard: itself, the evidence of each stage, and the attacks that were run. */
export function storedInput(folder = join(ROOT, "out")): PageInput {
  const card = stored(join(folder, "scorecard.json"), Scorecard);
  if (card === undefined) {
    throw new LadderError(
      "NOT_MEASURED",
      `expected a scorecard in ${join(folder, "scorecard.json")}, run make scorecard`,
    );
  }
  const reports = stages.map((contract) => [contract.stage, storedReport(contract, folder)] as const);
  const attacks = stages.map(
    ({ stage, image }) => [stage, stored(join(folder, `${image}.attacks.json`), AttackReport)] as const,
  );
  return { card, contracts: stages, checks, reports: present<AuditReport>(reports), attacks: present(attacks) };
}

/** Writes text so that a reader never sees half of it. */
export function writeText(file: string, text: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, text);
  renameSync(part, file);
}

function present<T>(entries: readonly (readonly [number, T | undefined])[]): Map<number, T> {
  return new Map(entries.filter((entry): entry is readonly [number, T] => entry[1] !== undefined));
}

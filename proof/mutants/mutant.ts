import type { CheckId } from "image-audit";
import type { StageNumber } from "ladder";

/** What must notice: a check on a stage's image, or a test file. */
export type Catcher = { check: CheckId; stage: StageNumber } | { test: string };

/** One control taken away or weakened: one piece of one file, replaced once. */
export type Mutant = {
  control: string;
  file: string;
  piece: string | RegExp;
  by: string;
  caughtBy: Catcher;
};

/** Mutants of one file. Each row: the control, the piece of the file, what replaces it, who must notice. */
export function of(file: string, ...rows: [control: string, piece: string | RegExp, by: string, caughtBy: Catcher][]) {
  return rows.map(([control, piece, by, caughtBy]): Mutant => ({ control, file, piece, by, caughtBy }));
}

/** What became of one mutant. `noticed`: it was caught by the one who had to. */
export type Verdict = { mutant: Mutant; noticed: boolean; saw: string; ms: number };

import type { StageContract } from "./contract.ts";
import { naive } from "./contracts/1-naive.ts";
import { multiStage } from "./contracts/2-multi-stage.ts";
import { nonRoot } from "./contracts/3-non-root.ts";
import { signed } from "./contracts/4-signed.ts";
import { LadderError } from "./errors.ts";

/** The ladder, in order. */
export const stages = [naive, multiStage, nonRoot, signed] as const satisfies readonly StageContract[];

/**
 * The contract of the stage with this number.
 * @throws LadderError STAGE_UNKNOWN
 */
export function stageOf(number: string | number | undefined): StageContract {
  const found = stages.find((candidate) => String(candidate.stage) === String(number));
  if (found !== undefined) return found;
  throw new LadderError("STAGE_UNKNOWN", `expected a stage from 1 to 4, got "${number ?? "nothing"}"`);
}

import { gatherFacts } from "./facts.ts";
import { type Diagnosis, diagnose } from "./plan.ts";

/** What the engine set-up finds on this machine, for `make doctor`. Changes nothing. */
export default async function diagnoseEngine(): Promise<Diagnosis[]> {
  return diagnose(await gatherFacts());
}

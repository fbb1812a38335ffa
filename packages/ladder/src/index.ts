export {
  type Contract,
  type Difference,
  differences,
  imageOf,
  type StageContract,
  type StageNumber,
} from "./contract.ts";
export { CANARY, plantDecoys } from "./decoys.ts";
export { buildStage, type Measured, measure, observeStage, profile } from "./measure.ts";
export { stageOf, stages } from "./stages.ts";
export { table } from "./table.ts";
export { variantOf, variants } from "./variants.ts";
export { knownIn, liveDatabase } from "./vulnerabilities.ts";
export { workload } from "./workload.ts";

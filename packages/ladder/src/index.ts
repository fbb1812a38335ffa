export { type Contract, type Difference, differences, type StageNumber } from "./contract.ts";
export { plantDecoys } from "./decoys.ts";
export { profile } from "./measure.ts";
export { imageOf, stageOf, stages } from "./stages.ts";
export { workload } from "./workload.ts";

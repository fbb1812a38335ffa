export type { Attack, Ending } from "./attack.ts";
export { attacks, attempt } from "./attacks.ts";
export { AttackId, AttackReport, AttackResult, Line } from "./result.ts";
export { type Target, targetOf } from "./target.ts";

import type { AttackId, Line } from "./result.ts";
import type { Scene } from "./scene.ts";

/** How an attack ended. `by`: the line that refused, null when none of ours did. */
export type Ending =
  | { verdict: "succeeded"; reason?: string }
  | { verdict: "stopped"; by: Line | null; reason?: string };

/** Something an intruder or a bad day does to a running stage. */
export type Attack = {
  id: AttackId;
  title: string;
  /** What the attacker has at the start, and what counts as success. */
  story: string;
  /** Does it, and tells the scene what was seen. May throw NotTried. */
  run: (scene: Scene) => Promise<Ending>;
};

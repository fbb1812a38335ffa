import type { ImageConfig, ImageRef, LayerIndex } from "./image/observation.ts";
import type { Rung, RunTraces, Tried } from "./run/observation.ts";

/** Facts about one image, never opinions. Checks run from it without an engine. */
export type Observation = {
  schemaVersion: 1;
  image: ImageRef;
  config: ImageConfig;
  layers: LayerIndex;
  runs: { [R in Rung]?: Tried<RunTraces[R]> };
};

/**
 * The trace of a rung that a check named in `needs`.
 * @throws TypeError when it is missing: the check read what it did not name
 */
export function traceOf<R extends Rung>(observation: Observation, rung: R): RunTraces[R] {
  const run: Tried<RunTraces[R]> | undefined = observation.runs[rung];
  if (run === undefined || "notTried" in run) throw new TypeError(`the run "${rung}" is not in this check's needs`);
  return run;
}

import { fail, type Outcome, pass, unknown } from "../outcome.ts";
import type { SigtermTrace } from "../run/observation.ts";

/** What both checks of spare connections say; `which` names the connection. */
export function judgeSpareConnection(trace: SigtermTrace, which: string, ended: boolean, fix: string): Outcome {
  const { signal, killed, stoppedListening } = trace;
  if (ended) return pass(`the app ended ${which} after ${signal}`);
  if (stoppedListening) return fail(fix, `the app had stopped listening and left ${which} open`);
  if (killed) return fail(fix, `${which} stayed open until the app was killed`);
  return unknown("the app was not seen to stop listening while the connection was held");
}

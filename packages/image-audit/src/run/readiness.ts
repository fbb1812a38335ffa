import { type Answer, getToStay, unanswered } from "./http-request.ts";
import type { NewConnection } from "./observation.ts";
import { poll } from "./poll.ts";
import type { RungContext } from "./rung.ts";

const noticedMs = 1500; // how long readiness is watched: an app that never flips is not waited for
const requestMs = 1000;

/** The first answer of the ready path that is not 200, or the last 200; each is asked for on a new connection. */
export async function readinessFlip(
  port: number,
  path: string,
  { signal }: RungContext,
): Promise<{ readinessAfter: string; newConnection: NewConnection }> {
  const late = unanswered(requestMs); // a busy machine, so it is asked again
  let last: Answer & { closes: boolean } = { status: null, error: late, closes: false };
  const ask = async () => {
    last = await getToStay(port, path, { timeoutMs: requestMs, signal });
    return last.status === 200 || last.error === late ? undefined : true;
  };
  await poll(ask, { withinMs: noticedMs, signal });
  const { status, error, closes } = last;
  const answered = closes ? "told to close" : "kept";
  const unheard = error === late ? "not answered" : "refused";
  return { readinessAfter: error ?? String(status), newConnection: status === null ? unheard : answered };
}

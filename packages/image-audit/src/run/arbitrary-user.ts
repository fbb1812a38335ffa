import { servingContainerFor } from "./conditions.ts";
import { sendWorkload } from "./http-request.ts";
import type { ArbitraryUserTrace } from "./observation.ts";
import { withContainer } from "./probed-container.ts";
import { type RungContext, workloadOf } from "./rung.ts";
import { awaitReady } from "./start.ts";

const requestMs = 10_000;
/** No image knows this number. OpenShift sets one like it with group 0; Kubernetes' runAsGroup may be any. */
const users = ["1000680000:0", "1000680000:1000680000"];

/** The container as a user that the image knows nothing of: does the app start and work? */
export async function probeArbitraryUser(context: RungContext): Promise<ArbitraryUserTrace> {
  const attempts: ArbitraryUserTrace["attempts"] = [];
  for (const user of users) attempts.push(await attempt(user, context));
  return { attempts };
}

function attempt(user: string, context: RungContext): Promise<ArbitraryUserTrace["attempts"][number]> {
  const workload = workloadOf(context);
  return withContainer(servingContainerFor(context).withUser(user), context, async (container) => {
    const { start, port } = await awaitReady(container, context);
    if (port === null || workload.request === undefined) return { user, start, worked: null };
    const answer = await sendWorkload(port, workload, { timeoutMs: requestMs, signal: context.signal });
    return { user, start, worked: { ...answer, expectStatus: workload.request.expectStatus } };
  });
}

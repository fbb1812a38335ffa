import { z } from "zod";
import type { Drain } from "./drain.ts";
import { RequestError } from "./errors.ts";
import type { Route } from "./route.ts";
import type { Upstream } from "./upstream.ts";

const Ready = z.object({ status: z.literal("ready"), upstream: z.enum(["reachable", "unreachable"]).optional() });

/**
 * Readiness: 503 from the first signal on, so that load balancers look elsewhere while we still serve; and until the
 * upstream was reached for the first time, where there is one.
 */
export function ready(drain: Pick<Drain, "draining">, upstream?: Upstream): Route {
  return {
    method: "get",
    path: "/ready",
    summary: "Readiness: 200 when the service takes traffic, 503 from the first stop signal on",
    answers: { 200: Ready },
    problems: { 503: "The service is shutting down, or has never reached its upstream" },
    handler: async (_request, response) => {
      if (drain.draining) throw new RequestError("DRAINING", "The service is shutting down.");
      const state = await upstream?.state();
      if (state === "unreached") throw new RequestError("UPSTREAM_UNREACHED", "The upstream was never reached.");
      response.json({ status: "ready", upstream: state });
    },
  };
}

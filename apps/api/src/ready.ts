import { z } from "zod";
import type { Drain } from "./drain.ts";
import { RequestError } from "./errors.ts";
import type { Route } from "./route.ts";

/** Readiness: 503 from the first signal on, so that load balancers look elsewhere while we still serve. */
export function ready(drain: Pick<Drain, "draining">): Route {
  return {
    method: "get",
    path: "/ready",
    summary: "Readiness: 200 when the service takes traffic, 503 from the first stop signal on",
    answers: { 200: z.object({ status: z.literal("ready") }) },
    problems: { 503: "The service is shutting down" },
    handler: (_request, response) => {
      if (drain.draining) throw new RequestError("DRAINING", "The service is shutting down.");
      response.json({ status: "ready" });
    },
  };
}

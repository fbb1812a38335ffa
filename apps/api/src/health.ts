import { z } from "zod";
import type { Route } from "./route.ts";

/** Liveness: 200 as long as the service listens, also while it drains. A restart would only cut what still runs. */
export function health(): Route {
  return {
    method: "get",
    path: "/health",
    summary: "Liveness: 200 as long as the service listens, also while it drains",
    answers: { 200: z.object({ status: z.literal("ok") }) },
    handler: (_request, response) => void response.json({ status: "ok" }),
  };
}

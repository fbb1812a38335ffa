import type { Server } from "node:http";
import { requireBearer } from "./bearer.ts";
import { Drain } from "./drain.ts";
import { createExpress, createHttpServer, type HttpParts } from "./http-server.ts";
import { notFound, problemHandler } from "./problem.ts";
import { mount, type Route } from "./route.ts";
import type { Secret } from "./secret.ts";

export type AdminParts = Omit<HttpParts, "drain"> & {
  routes: Pick<Route, "method" | "path" | "handler">[];
  token?: Secret | undefined;
};

/**
 * The second server, for operators and Prometheus, not listening yet. A port of its own, so that a Service or a load
 * balancer that exposes the API cannot expose this; and it outlives the API's, so that a drain can be watched.
 */
export function createAdminServer({ routes, log, token, ...parts }: AdminParts): Server {
  const drain = new Drain(); // of its own: a scrape is not a request that a shutdown waits for
  const app = createExpress(drain, log);
  if (token !== undefined) app.use(requireBearer(token)); // before everything: not even a 404 without it
  for (const route of routes) mount(app, route);
  return createHttpServer(app.use(notFound, problemHandler), { ...parts, drain, log });
}

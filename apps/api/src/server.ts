import type { Server } from "node:http";
import type { Express, RequestHandler } from "express";
import type { Capacity } from "./capacity.ts";
import { digests } from "./digests.ts";
import { health } from "./health.ts";
import { createExpress, createHttpServer, type HttpParts } from "./http-server.ts";
import type { Metrics } from "./metrics.ts";
import { openapi } from "./openapi.ts";
import { notFound, problemHandler } from "./problem.ts";
import { ready } from "./ready.ts";
import { mount } from "./route.ts";
import type { StagingArea } from "./staging.ts";
import type { Upstream } from "./upstream.ts";
import { verify } from "./verify.ts";

export type Parts = Omit<HttpParts, "refused"> & {
  metrics: Metrics;
  staging: StagingArea;
  capacity: Capacity;
  trace?: RequestHandler;
  trustProxy?: number;
  upstream?: Upstream | undefined;
};

/** The routes and what surrounds them, without a socket. */
export function createApp({ capacity, drain, log, metrics, staging, trace, trustProxy = 0, upstream }: Parts): Express {
  const app = createExpress(drain, log, metrics.measure, ...(trace ? [trace] : []));
  app.set("trust proxy", trustProxy); // a count of hops, never true: then the client would choose its own address
  const open = [health(), ready(drain, upstream)]; // never capped: a busy service is neither dead nor to be restarted
  const capped = [digests(staging), verify()];
  for (const route of [...open, openapi([...open, ...capped])]) mount(app, route);
  for (const route of capped) mount(app, route, capacity.guard);
  return app.use(notFound, problemHandler);
}

/** The HTTP server, not listening yet. */
export function createApiServer(parts: Parts): Server {
  return createHttpServer(createApp(parts), { ...parts, refused: parts.metrics.refused });
}

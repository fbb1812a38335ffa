import { createServer, type Server } from "node:http";
import express, { type Express } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { answerClientError, refuseBadHead } from "./client-error.ts";
import { digests } from "./digests.ts";
import type { Drain } from "./drain.ts";
import { health } from "./health.ts";
import { logRequests } from "./log.ts";
import { openapi } from "./openapi.ts";
import { methodNotAllowed, notFound, problemHandler } from "./problem.ts";
import { ready } from "./ready.ts";
import type { StagingArea } from "./staging.ts";

/** Milliseconds. */
export const timeouts = {
  headersTimeout: 10_000, // a head fits into a few packets; slower is slowloris
  requestTimeout: 120_000, // 16 MiB at 1.2 Mbit/s; a slower client holds a staging file for too long
  keepAliveTimeout: 65_000, // above the 60 s idle time of common load balancers, else they reuse what we just closed
  connectionsCheckingInterval: 5_000, // the first two are enforced this late; Node's own 30 s would triple the first
} as const;

export type Parts = { drain: Drain; log: Logger; staging: StagingArea };

/** The routes and what surrounds them, without a socket. */
export function createApp({ drain, log, staging }: Parts): Express {
  const app = express();
  app.disable("etag").enable("case sensitive routing").enable("strict routing");
  app.set("query parser", false); // no route reads a query: nothing to parse, nothing to pollute
  app.use(drain.track, logRequests(log), helmet(), refuseBadHead);
  const routes = [health(), ready(drain), digests(staging)];
  for (const { method, path, handler } of [...routes, openapi(routes)]) {
    const allowed = method === "get" ? "GET, HEAD" : method.toUpperCase();
    app.route(path)[method](handler).all(methodNotAllowed(allowed));
  }
  return app.use(notFound, problemHandler);
}

/** The HTTP server, not listening yet. */
export function createApiServer(parts: Parts): Server {
  const app = createApp(parts);
  const server = createServer({ ...timeouts, requireHostHeader: false }, app); // refuseBadHead requires it
  server.on("checkContinue", app); // a handler decides whether the body is wanted, not Node
  server.on("checkExpectation", app);
  server.on("clientError", (error, socket) => answerClientError(error, socket, parts.drain.hasStarted(socket)));
  parts.drain.watch(server);
  return server;
}

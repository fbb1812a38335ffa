import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Logger } from "pino";
import { answerClientError, refuseBadHead } from "./client-error.ts";
import type { Drain } from "./drain.ts";
import { errnoOf } from "./errors.ts";
import { logRequests } from "./log.ts";

/** Milliseconds. */
export const timeouts = {
  headersTimeout: 10_000, // a head fits into a few packets; slower is slowloris
  requestTimeout: 120_000, // 16 MiB at 1.2 Mbit/s; a slower client holds a staging file for too long
  keepAliveTimeout: 65_000, // above the 60 s idle time of common load balancers, else they reuse what we just closed
  connectionsCheckingInterval: 5_000, // the first two are enforced this late; Node's own 30 s would triple the first
} as const;

export type Timeouts = { [name in keyof typeof timeouts]: number };

export type HttpParts = {
  drain: Drain;
  log: Logger;
  /** Only tests change them: they cannot wait for minutes. */
  timeouts?: Partial<Timeouts> | undefined;
  /** Told of every request that was refused before a handler saw it. */
  refused?: (status: number) => void;
};

/** What both ports put around their routes. `measures` come first, so that they see whatever happens after them. */
export function createExpress(drain: Drain, log: Logger, ...measures: RequestHandler[]): Express {
  const app = express();
  app.disable("etag").enable("case sensitive routing").enable("strict routing");
  app.set("query parser", false); // no route reads a query: nothing to parse, nothing to pollute
  return app.use(drain.track, ...measures, logRequests(log), helmet(), refuseBadHead);
}

/** An HTTP server around an app, not listening yet. Nothing that arrives is answered by Node itself. */
export function createHttpServer(app: Express, { drain, log, refused, ...parts }: HttpParts): Server {
  // requireHostHeader: refuseBadHead requires it. maxHeaderSize: stated, so that no switch of Node can raise it.
  const options = { ...timeouts, ...parts.timeouts, requireHostHeader: false, maxHeaderSize: 16 * 2 ** 10 };
  const server = createServer(options, app);
  server.on("checkContinue", app); // a handler decides whether the body is wanted, not Node
  server.on("checkExpectation", app);
  server.on("clientError", (error, socket) => {
    const remoteAddress = (socket as Socket).remoteAddress; // gone once the socket is destroyed
    const answer = answerClientError(error, socket, drain.hasStarted(socket));
    if (answer === undefined) return;
    refused?.(answer.status);
    // Node's code and nothing of what was sent: error.rawPacket holds the request, credentials and all.
    log.info({ ...answer, remoteAddress, code: errnoOf(error) }, "request refused");
  });
  drain.watch(server);
  return server;
}

import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { pinoHttp } from "pino-http";

// Credentials of our clients must not become credentials of whoever reads the logs.
const redact = ["authorization", "cookie", "proxy-authorization"].map((name) => `req.headers["${name}"]`);

const quietPaths = new Set(["/health", "/ready"]);

// Printable, short, no spaces: a request ID goes into logs and headers as it came.
const saneRequestId = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * JSON lines on standard output. Written synchronously: a line is out when the call returns, whatever happens next.
 * Pino's asynchronous destination keeps lines back, and its flush() does nothing unless minLength is set.
 */
export function createLog(level: string, stream: DestinationStream = destination({ dest: 1, sync: true })): Logger {
  return pino({ level, redact }, stream);
}

/** One line per request, and its ID: the client's `x-request-id` when that is sane, else a new one. */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (request, response) => {
      const given = request.headers["x-request-id"];
      const id = typeof given === "string" && saneRequestId.test(given) ? given : randomUUID();
      response.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: (request, response) => {
      if (quietPaths.has(request.url ?? "")) return "debug"; // probes come every few seconds and say nothing new
      return response.err !== undefined || response.statusCode >= 500 ? "error" : "info";
    },
    serializers: {
      req: ({ id, method, url, remoteAddress, headers }) => ({ id, method, url, remoteAddress, headers }),
      res: ({ statusCode }) => ({ statusCode }), // null when the client went away; our headers are the same every time
    },
  });
}

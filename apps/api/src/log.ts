import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { pinoHttp } from "pino-http";
import { templateOf } from "./route.ts";

// Credentials of our clients must not become credentials of whoever reads the logs.
const redact = ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"].map(
  (name) => `req.headers["${name}"]`,
);

// Asked every few seconds by machines; the answers say nothing new.
const quietTemplates = new Set(["/health", "/ready", "/metrics", "/version"]);

// Printable, short, no spaces: a request ID goes into logs and headers as it came.
const saneRequestId = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * JSON lines on standard output. Written synchronously: a line is out when the call returns, whatever happens next.
 * Pino's asynchronous destination keeps lines back, and its flush() does nothing unless minLength is set.
 */
export function createLog(level: string, stream: DestinationStream = destination({ dest: 1, sync: true })): Logger {
  // JSON escapes line ends. It leaves C1 controls, which some terminals obey, and the line ends of Unicode.
  const write = (line: string) => stream.write(line.replace(/[\u007f-\u009f\u2028\u2029]/g, escapeUnit));
  return pino({ level, redact }, { write });
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One line per request, and its ID: the client's `x-request-id` when that is sane, else a new one. */
export function logRequests(log: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger: log,
    genReqId: (request, response) => {
      const given = request.headers["x-request-id"];
      const id = typeof given === "string" && saneRequestId.test(given) ? given : randomUUID();
      response.setHeader("X-Request-Id", id);
      return id;
    },
    customLogLevel: (request, response) => {
      // By the route that answered, not by the URL: on the main port /metrics is somebody looking for it.
      if (quietTemplates.has(templateOf(request))) return "debug";
      return response.err !== undefined || response.statusCode >= 500 ? "error" : "info";
    },
    customProps: (_request, { locals }) => ({ trace_id: locals["traceId"] }), // OpenTelemetry's name for it
    serializers: {
      req: ({ id, method, url, remoteAddress, headers, raw }) => ({
        ...{ id, method, remoteAddress, headers },
        url: url.split("?", 1)[0], // queries carry tokens, and no route reads one
        clientAddress: raw.ip, // what Express makes of X-Forwarded-For and TRUST_PROXY; remoteAddress is the socket's
      }),
      res: ({ statusCode }) => ({ statusCode }), // null when the client went away; our headers are the same every time
    },
  });
}

import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { RequestHandler } from "express";
import { errnoOf, RequestError } from "./errors.ts";
import { problemOf } from "./problem.ts";

const statusByCode: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Answers what Node refused before a handler could see it (bad framing, too large a head, too slow), as a problem too.
 * @param started whether an answer on this connection has begun: a second one inside it would be taken for its body
 * @returns status and ID of the answer; undefined when there was nobody to answer
 */
export function answerClientError(
  error: Error,
  socket: Duplex,
  started: boolean,
): { status: number; requestId: string } | undefined {
  if (started || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const requestId = randomUUID(); // the client's own ID may be part of what could not be read
  const status = statusByCode[errnoOf(error) ?? ""] ?? 400;
  const body = JSON.stringify(problemOf(status, requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
  return { status, requestId };
}

/** The two refusals that Node would otherwise answer by itself, without a problem and without a log line. */
export const refuseBadHead: RequestHandler = (request, _response, next) => {
  const { host, expect } = request.headers;
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
  if (host === undefined && request.httpVersion === "1.1") {
    throw new RequestError("HOST_MISSING", "HTTP/1.1 requires a Host header.");
  }
  // https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
  if (expect !== undefined && expect.toLowerCase() !== "100-continue") {
    throw new RequestError("EXPECTATION_UNKNOWN", 'The only expectation that can be met is "100-continue".');
  }
  next();
};

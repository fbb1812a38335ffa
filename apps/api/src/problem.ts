import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { Writable } from "node:stream";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { z } from "zod";
import { RequestError } from "./errors.ts";

/** Problem details, https://www.rfc-editor.org/rfc/rfc9457; `code`, `requestId` and `errors` are our extension members. */
export const Problem = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  code: z.string().optional(),
  requestId: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

// Closing a socket with unread bytes makes the kernel send RST, which can destroy our answer before the client reads it.
// So the answer goes out first and the rest of the body is thrown away for this long. nginx calls it lingering close.
const LINGER_MS = 2_000;

/** Answers 404 for a path that no route has. */
export const notFound: RequestHandler = () => {
  throw new RequestError("NOT_FOUND", "There is nothing at this path.");
};

/** Answers 405 for a path that exists under `allowed` only. */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (_request, response) => {
    response.setHeader("Allow", allowed);
    throw new RequestError("METHOD_NOT_ALLOWED", `This path answers ${allowed}.`);
  };
}

/** Turns whatever was thrown into a problem. Only a RequestError's message reaches the client. */
export const problemHandler: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  if (request.destroyed && !request.complete) return; // the client went away: nobody is left to answer
  const { status, ...members } = describeError(error);
  if (status >= 500) response.err = error instanceof Error ? error : new Error(String(error)); // for the log only
  if (response.headersSent) return void response.destroy(); // half an answer must not look like a whole one
  sendProblem(request, response, { ...problemOf(status, String(request.id)), ...members });
};

/** The members every problem has. `status` is also the title: "about:blank" asks for that. */
export function problemOf(status: number, requestId: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, requestId };
}

function describeError(error: unknown): Pick<Problem, "status" | "code" | "detail" | "errors"> {
  if (error instanceof RequestError) {
    const { status, code, message: detail, errors } = error;
    return { status, code, detail, ...(errors && { errors }) };
  }
  // Express itself throws errors with a status, for example 400 for a path parameter that does not decode.
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return { status: status >= 400 && status <= 499 ? status : 500 };
}

function sendProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const body = Buffer.from(JSON.stringify(problem));
  response.statusCode = problem.status;
  response.setHeader("Content-Type", "application/problem+json");
  response.setHeader("Content-Length", body.byteLength);
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  if (request.complete || ((length ?? "0") === "0" && chunked === undefined)) return void response.end(body);

  response.setHeader("Connection", "close"); // the rest of the body is not the next request
  response.write(body);
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.once("end", finish).once("error", finish).pipe(slowSink());
}

/** Takes a chunk a turn: at full speed twenty refused uploads would allocate faster than memory is collected. */
function slowSink(): Writable {
  return new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void setImmediate(done) });
}

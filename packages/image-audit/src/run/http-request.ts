import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Workload } from "../workload.ts";
import type { TrafficAnswer } from "./observation.ts";

/** A status, or why there was none. */
export type Answer = { status: number | null; error: string | null };

export type RequestOptions = { timeoutMs: number; signal: AbortSignal };

/** A short name of a connection error: the errno where there is one ("ECONNREFUSED"). */
export function nameOf(error: Error & { code?: string }): string {
  return error.code ?? error.message;
}

/**
 * Sends one GET to the container's published port and reads the whole answer.
 * It never rejects: a refused or cut connection is an answer too.
 */
export function get(port: number, path: string, options: RequestOptions): Promise<Answer> {
  return send({ port, path, method: "GET" }, undefined, options);
}

/** The error of an answer that did not come in time. */
export function unanswered(timeoutMs: number): string {
  return `no answer within ${timeoutMs} ms`;
}

/** The same as a client that would like to stay connected; `closes`: the answer told it to go. */
export async function getToStay(
  port: number,
  path: string,
  options: RequestOptions,
): Promise<Answer & { closes: boolean }> {
  let closes = false;
  const seen = ({ headers }: IncomingMessage) => {
    closes = headers.connection === "close";
  };
  const target = { port, path, method: "GET", headers: { connection: "keep-alive" } };
  return { ...(await send(target, undefined, options, seen)), closes };
}

/** Sends the workload's request in one go, or a GET of its ready path when it has none. */
export function sendWorkload(port: number, workload: Workload, options: RequestOptions): Promise<Answer> {
  const { request } = workload;
  if (request === undefined) return get(port, workload.readyPath, options);
  const headers = { "content-type": request.contentType, "content-length": request.bodyBytes };
  return send({ port, path: request.path, method: request.method, headers }, bodyOf(request.bodyBytes), options);
}

/** Sends the workload's traffic, one request after the other. */
export async function sendTraffic(
  port: number,
  traffic: NonNullable<Workload["traffic"]>,
  options: RequestOptions,
): Promise<TrafficAnswer[]> {
  const answers: TrafficAnswer[] = [];
  for (const { method, path, contentType, body = "", expectStatus } of traffic) {
    const headers = { "content-length": Buffer.byteLength(body), ...(contentType && { "content-type": contentType }) };
    const answer = await send({ port, path, method, headers }, Buffer.from(body), options);
    answers.push({ request: `${method} ${path}`, expectStatus, ...answer });
  }
  return answers;
}

/** The body a probe sends: it says nothing, it only has a length. */
export function bodyOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, "a");
}

function send(
  target: { port: number; path: string; method: string; headers?: Record<string, string | number> },
  body: Buffer | undefined,
  { timeoutMs, signal }: RequestOptions,
  seen: (response: IncomingMessage) => void = () => undefined,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const failed = (error: Error) =>
    resolve({ status: null, error: bounded.aborted ? unanswered(timeoutMs) : nameOf(error) });
  httpRequest({ host: "127.0.0.1", agent: false, signal: bounded, ...target }, (response) => {
    seen(response);
    response.resume();
    response.on("error", failed);
    response.on("end", () => resolve({ status: response.statusCode ?? null, error: null }));
  })
    .on("error", failed)
    .end(body);
  return promise;
}

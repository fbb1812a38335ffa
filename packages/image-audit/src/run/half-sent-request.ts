import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Workload } from "../workload.ts";
import { type Answer, bodyOf, nameOf, type RequestOptions } from "./http-request.ts";

const continueMs = 2000; // an app that does not answer "100 Continue" at all is not waited for longer than this

/**
 * The workload's request with half of its body sent: a client in the middle of an upload.
 * `acknowledged` says that the app answered "100 Continue", so it really had the request before what came next.
 */
export type HalfSentRequest = {
  sentHalf: boolean;
  acknowledged: boolean;
  /**
   * Sends the rest and reads the whole response. Never rejects.
   * `answeredEarly`: the response had begun before the rest was sent, so it cannot be about the whole body.
   */
  finish: (options: RequestOptions) => Promise<Answer & { answeredEarly: boolean }>;
  /** Gives the connection up. */
  destroy: () => void;
};

/** Opens a connection that is kept alive afterwards, as a proxy would: an idle one must not hold the app back. */
export async function sendHalf(port: number, workload: NonNullable<Workload["request"]>): Promise<HalfSentRequest> {
  const { method, path, contentType, bodyBytes } = workload;
  const agent = new Agent({ keepAlive: true });
  const headers = { "content-type": contentType, "content-length": bodyBytes, expect: "100-continue" };
  const request = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent });
  const answer = answerTo(request);
  let responded = false;
  request.once("response", () => {
    responded = true;
  });
  const acknowledged = await seenContinue(request, answer);
  const body = bodyOf(bodyBytes);
  const half = Math.ceil(bodyBytes / 2);
  const sentHalf = await new Promise<boolean>((resolve) => {
    request.once("close", () => resolve(false));
    request.write(body.subarray(0, half), (error) => resolve(!error));
  });
  return {
    sentHalf,
    acknowledged,
    finish: async ({ timeoutMs, signal }) => {
      const answeredEarly = responded;
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      bounded.addEventListener("abort", () => request.destroy(new Error(`no response within ${timeoutMs} ms`)));
      request.end(body.subarray(half));
      return { ...(await answer), answeredEarly };
    },
    destroy: () => {
      request.destroy();
      agent.destroy();
    },
  };
}

/** Listens from the start: an answer or an error may come before the rest of the body is sent. */
function answerTo(request: ClientRequest): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const unanswered = (reason: string) => resolve({ status: null, error: reason });
  const onClose = () => unanswered("the connection was closed without a response");
  request.on("error", (error) => unanswered(nameOf(error)));
  request.on("close", onClose);
  request.on("response", (response: IncomingMessage) => {
    const status = response.statusCode ?? null;
    const cut = (reason: string) => resolve({ status, error: `the response was cut: ${reason}` });
    request.off("close", onClose); // it comes before the response's own error
    response.resume();
    response.on("end", () => resolve({ status, error: null }));
    response.on("error", (error) => cut(nameOf(error)));
    response.on("close", () => cut("closed"));
  });
  return promise;
}

async function seenContinue(request: ClientRequest, answer: Promise<Answer>): Promise<boolean> {
  const patience = new AbortController();
  const seen = new Promise<boolean>((resolve) => request.once("continue", () => resolve(true)));
  request.flushHeaders();
  const gaveUp = delay(continueMs, false, { signal: patience.signal }).catch(() => false);
  const result = await Promise.race([seen, answer.then(() => false), gaveUp]);
  patience.abort();
  return result;
}

import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { workload } from "../../test/fixture-images.ts";
import { sendHalf } from "./half-sent-request.ts";
import { get } from "./http-request.ts";

const request = workload.request ?? expect.fail("the workload has a request");
const options = { timeoutMs: 5000, signal: new AbortController().signal };
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listen(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

test("the server has the request before its second half is sent", async () => {
  const received: number[] = [];
  const port = await listen(async (incoming, response) => {
    let bytes = 0;
    for await (const chunk of incoming) {
      bytes += (chunk as Buffer).length;
      received.push(bytes);
    }
    response.end(String(bytes));
  });
  const half = await sendHalf(port, request);
  expect(half).toMatchObject({ sentHalf: true, acknowledged: true });
  await expect.poll(() => received.at(-1)).toBe(request.bodyBytes / 2);
  expect(await half.finish(options)).toEqual({ status: 200, error: null, answeredEarly: false });
  expect(received.at(-1)).toBe(request.bodyBytes);
  half.destroy();
});

test("a connection that is cut is an answer, not an exception", async () => {
  const port = await listen((incoming) => incoming.once("data", () => incoming.destroy()));
  const half = await sendHalf(port, request);
  expect(await half.finish(options)).toMatchObject({ status: null, error: expect.stringMatching(/ECONNRESET|EPIPE/) });
});

test("a response that is cut in the middle is not complete", async () => {
  const port = await listen((incoming, response) => {
    incoming
      .resume()
      .once("end", () => response.writeHead(200, { "content-length": 10 }).write("12345", () => response.destroy()));
  });
  const half = await sendHalf(port, request);
  const error = expect.stringContaining("the response was cut");
  expect(await half.finish(options)).toEqual({ status: 200, error, answeredEarly: false });
});

test("a response before the rest was sent is early", async () => {
  const stored = Promise.withResolvers<void>();
  const port = await listen((incoming, response) => {
    if (incoming.method === "GET") response.end();
    else incoming.once("data", () => response.end("stored", stored.resolve));
  });
  const half = await sendHalf(port, request);
  await stored.promise;
  await get(port, "/", options); // a round trip later the response is here
  expect(await half.finish(options)).toEqual({ status: 200, error: null, answeredEarly: true });
  half.destroy();
});

test("a server that never answers costs the time limit, no more", async () => {
  const port = await listen((incoming) => incoming.resume());
  const half = await sendHalf(port, request);
  const answer = await half.finish({ ...options, timeoutMs: 50 });
  expect(answer).toMatchObject({ status: null, error: "no response within 50 ms" });
});

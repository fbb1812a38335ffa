import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { RawClient } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";
import { answerClientError } from "./client-error.ts";
import { Problem } from "./problem.ts";

const upload = (...headers: string[]) => ["POST /v1/digests HTTP/1.1", "Host: test", ...headers];

test.each([
  ["no HTTP at all", ["garbage"], "", 400],
  ["no Host", ["GET /health HTTP/1.1", "Connection: close"], "", 400],
  ["an unknown expectation", upload("Connection: close", "Expect: cake"), "", 417],
  ["two framings (request smuggling)", upload("Content-Length: 5", "Transfer-Encoding: chunked"), "0\r\n\r\n", 400],
  ["two lengths", upload("Content-Length: 5", "Content-Length: 6"), "hello", 400],
  ["a head of 20 kB", ["GET /health HTTP/1.1", `X-Long: ${"x".repeat(20_000)}`], "", 431],
])("%s is answered with a problem, and the connection ends", async (_, head, body, status) => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(head, body);
  await client.closed;
  const [top = "", content = ""] = client.received.split("\r\n\r\n");
  expect(top).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(top).toContain("application/problem+json");
  const problem = Problem.parse(JSON.parse(content));
  expect(problem.status).toBe(status);
  expect(top).toContain(problem.requestId);
});

test("a body whose framing breaks in the middle is refused and leaves no file", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(upload("Transfer-Encoding: chunked"), "5\r\nhello\r\n");
  await service.directory.until(1);
  client.socket.write("no size\r\n");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 400 /);
  await service.directory.until(0);
});

test("a broken second request does not write into the answer to the first", async () => {
  await using service = await startHere({ uploadLimitBytes: 4 });
  await using client = await RawClient.connect(service.port);
  // Over the limit: the 413 is out, and the rest of the body is being thrown away when its framing breaks.
  client.send(upload("Transfer-Encoding: chunked"), "5\r\nhello\r\n");
  await client.until(/UPLOAD_TOO_LARGE/);
  client.socket.write("no size\r\n");
  await client.closed;
  expect(client.received.match(/HTTP\/1.1/g)).toHaveLength(1);
});

test("a connection that we have ended already is not written to", () => {
  const errors: Error[] = [];
  const socket = new PassThrough().on("error", (error) => errors.push(error)).end();
  answerClientError(new Error("late"), socket, false);
  expect([socket.destroyed, socket.errored, errors]).toEqual([true, null, []]);
});

import request from "supertest";
import { expect, test, vi } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";

const get = (path: string, ...headers: string[]) => [`GET ${path} HTTP/1.1`, "Host: test", ...headers];
const post = `${uploadHead(5).join("\r\n")}\r\n\r\nhello`;
// A tenth of a second where the service has minutes; the order between them is the service's own.
const timeouts = { headersTimeout: 100, requestTimeout: 200, keepAliveTimeout: 100, connectionsCheckingInterval: 20 };

test("slow headers: 408 as a problem, and the connection ends", async () => {
  await using service = await startHere({ timeouts });
  await using client = await RawClient.connect(service.port);
  client.socket.write("GET /health HTTP/1.1\r\nHost: te");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json/);
});

test("headers that never end, one at a time: 408 all the same", async () => {
  await using service = await startHere({ timeouts });
  await using client = await RawClient.connect(service.port);
  client.socket.write("GET /health HTTP/1.1\r\n");
  const drip = setInterval(() => client.socket.write("X-A: b\r\n"), 10);
  await client.closed;
  clearInterval(drip);
  expect(client.received).toMatch(/^HTTP\/1.1 408 /);
});

test("a slow body: 408, no file, no slot, no bytes in the budget", async () => {
  await using service = await startHere({ timeouts });
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(1000), "x");
  const drip = setInterval(() => client.socket.write("x"), 10);
  await client.closed;
  clearInterval(drip);
  expect(client.received).toMatch(/^HTTP\/1.1 408 [\s\S]*application\/problem\+json/);
  await service.directory.until(0);
  expect([service.capacity.taken, service.drain.inFlight]).toEqual([0, 0]);
});

test("a connection that is idle for longer than the keep-alive time is closed, and the client is told the time", async () => {
  await using service = await startHere({ timeouts: { ...timeouts, keepAliveTimeout: 1_000 } });
  await using client = await RawClient.connect(service.port);
  expect(await client.send(get("/health")).until(/ok/)).toContain("Keep-Alive: timeout=1");
  await client.closed;
  expect(client.error).toBeUndefined();
});

test("by default the client is told 65 s", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  expect(await client.send(get("/health")).until(/ok/)).toContain("Keep-Alive: timeout=65");
});

// Who waits for such a client may wait for one that has died: Node takes it for gone, and so do we.
test.each([
  ["in the middle of the body", 10, ""],
  ["after the request", 4, "f"],
])("a client that closes its half %s is gone, and leaves nothing", async (_, bytes, last) => {
  await using service = await startHere();
  const release = vi.spyOn(service.staging, "release");
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(bytes), "hal");
  await service.directory.until(1);
  client.socket.end(last);
  await client.closed;
  await service.directory.until(0);
  await Promise.all(release.mock.results.map(({ value }) => value));
  expect(client.error).toBeUndefined();
  expect([service.capacity.taken, service.drain.inFlight, service.staging.stagedBytes]).toEqual([0, 0, 0]);
});

test("pipelined requests are answered in order", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  const last = `${get("/version", "Connection: close").join("\r\n")}\r\n\r\n`;
  client.socket.write(`${post}${get("/health").join("\r\n")}\r\n\r\n${post}${last}`);
  await client.closed;
  const answers = client.received.match(/HTTP\/1.1 \d+|"size":5|"status":"ok"|NOT_FOUND/g);
  const upload = ["HTTP/1.1 200", '"size":5'];
  expect(answers).toEqual([...upload, "HTTP/1.1 200", '"status":"ok"', ...upload, "HTTP/1.1 404", "NOT_FOUND"]);
});

test("what follows a refused body is not taken for a request (smuggling)", async () => {
  await using service = await startHere({ uploadLimitBytes: 4 });
  await using client = await RawClient.connect(service.port);
  const smuggled = `${get("/health").join("\r\n")}\r\n\r\n`;
  client.send(uploadHead(5 + smuggled.length), `hello${smuggled}`);
  await client.closed;
  expect(client.received.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 413"]);
});

test.each([
  ["a second framing, hidden by case", "Content-Length: 5", "transfer-ENCODING: chunked"],
  ["a coding that is not chunked", "Transfer-Encoding: gzip"],
  ["chunked twice", "Transfer-Encoding: chunked, chunked"],
  ["chunked before another coding", "Transfer-Encoding: chunked, identity"],
  ["a length with a sign", "Content-Length: +5"],
  ["a space before the colon", "Content-Length : 5"],
  ["a folded header", "Content-Length: 5\r\n 5"],
])("%s is refused: 400", async (_, ...headers) => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(["POST /v1/digests HTTP/1.1", "Host: test", ...headers], "0\r\n\r\n");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 400 /);
});

test("a head just below 16 KiB is read, one of 16 KiB is 431", async () => {
  await using service = await startHere();
  const ask = (length: number) => request(service.server).get("/health").set("x-long", "x".repeat(length));
  expect((await ask(15 * 2 ** 10)).status).toBe(200);
  expect((await ask(16 * 2 ** 10)).body).toMatchObject({ status: 431 });
});

test.each([
  [0, "127.0.0.1"],
  [1, "10.0.0.9"],
  [2, "192.0.2.7"],
])("with %i proxies trusted the client is %s, whatever it claims itself", async (trustProxy, address) => {
  await using service = await startHere({ trustProxy });
  const forwarded = { "x-forwarded-for": "203.0.113.66, 192.0.2.7, 10.0.0.9" };
  await request(service.server).get("/health").set(forwarded);
  const { req } = await service.log.until("request completed");
  expect(req).toMatchObject({ clientAddress: address, remoteAddress: "127.0.0.1" });
});

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";
import { shutdown } from "./shutdown.ts";

const get = (path: string) => [`GET ${path} HTTP/1.1`, "Host: test"];
const times = { drainDelayMs: 200, shutdownDeadlineMs: 60_000 };
type Service = Awaited<ReturnType<typeof startHere>>;
const stop = (service: Service, changed: Partial<typeof times> = {}) =>
  shutdown({ ...service, log: service.logger }, { ...times, ...changed });

test("in order: not ready but serving, not listening, in flight finished, done", async () => {
  await using service = await startHere();
  await using inFlight = await RawClient.connect(service.port);
  inFlight.send(uploadHead(4), "ha");
  await service.directory.until(1);

  const stopped = stop(service, { drainDelayMs: 1_000 });
  for (const [path, status] of [
    ["/ready", 503],
    ["/health", 200],
    ["/openapi.json", 200],
  ] as const) {
    await using client = await RawClient.connect(service.port);
    client.send(get(path));
    await client.closed;
    expect(client.received).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*Connection: close`));
  }

  expect(await service.log.until("stopped listening")).toMatchObject({ inFlight: 1 });
  const [refused] = await once(connect(service.port, "127.0.0.1"), "error");
  expect(refused).toMatchObject({ code: "ECONNREFUSED" });

  inFlight.socket.write("lf");
  await inFlight.closed;
  expect(inFlight.received).toMatch(/^HTTP\/1.1 200 [\s\S]*Connection: close[\s\S]*"size":4/);
  expect(await stopped).toBe(true);
  expect(service.log.lines.at(-1)).toMatchObject({ msg: "stopped", cut: 0 });
});

test("the admin port answers until the last request is out", async () => {
  await using service = await startHere();
  await using inFlight = await RawClient.connect(service.port);
  inFlight.send(uploadHead(4), "ha");
  await service.directory.until(1);

  const stopped = stop(service);
  await service.log.until("stopped listening");
  await using scraper = await RawClient.connect(service.adminPort);
  expect(await scraper.send(get("/version")).until(/revision/)).toMatch(/^HTTP\/1.1 200/);

  inFlight.socket.write("lf");
  await stopped;
  const [refused] = await once(connect(service.adminPort, "127.0.0.1"), "error");
  expect(refused).toMatchObject({ code: "ECONNREFUSED" });
});

test("before draining an answer keeps its connection", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  expect(await client.send(get("/health")).until(/ok/)).toContain("Connection: keep-alive");
});

test("an idle connection is closed when listening stops, not by the deadline", async () => {
  await using service = await startHere();
  await using idle = await RawClient.connect(service.port);
  await idle.send(get("/health")).until(/ok/);
  expect(await stop(service)).toBe(true);
  await idle.closed;
});

test("a connection that never sent a request does not hold it up", async () => {
  await using service = await startHere();
  await using silent = await RawClient.connect(service.port);
  expect(await stop(service)).toBe(true);
  await silent.closed;
});

test("the drain delay is kept although nothing is in flight", async () => {
  await using service = await startHere();
  const start = performance.now();
  await stop(service, { drainDelayMs: 300 });
  expect(performance.now() - start).toBeGreaterThan(295);
});

test("past the deadline the rest is cut, and that is said", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  expect(await stop(service, { shutdownDeadlineMs: 100 })).toBe(false);
  await client.closed;
  await service.directory.until(0);
  expect(service.log.lines).toContainEqual(expect.objectContaining({ cut: 1, level: 50 }));
});

test("the admin port shows the drain to its end and closes last", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  const stopped = stop(service);
  await service.log.until("stopped listening");

  const response = await fetch(`http://127.0.0.1:${service.adminPort}/metrics`);
  expect(await response.text()).toMatch(/^http_requests_in_flight 1$[\s\S]*^http_draining 1$/m);
  client.socket.write("lf");
  expect(await stopped).toBe(true);
  const [refused] = await once(connect(service.adminPort, "127.0.0.1"), "error");
  expect(refused).toMatchObject({ code: "ECONNREFUSED" });
});

test("a scraper that holds its connection does not hold up the exit", async () => {
  await using service = await startHere();
  await using silent = await RawClient.connect(service.adminPort);
  expect(await stop(service)).toBe(true);
  await silent.closed;
});

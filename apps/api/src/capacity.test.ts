import request from "supertest";
import { expect, test, vi } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";

type Service = Awaited<ReturnType<typeof startHere>>;

/** An upload that the service works on until its last byte is sent. */
async function hold(service: Service): Promise<RawClient> {
  const client = await RawClient.connect(service.port);
  const staged = service.staging.stagedBytes;
  client.send(uploadHead(4), "hal");
  await service.directory.until(() => service.staging.stagedBytes === staged + 3);
  return client;
}

const post = (service: Service) => request(service.server).post("/v1/digests").send("x");

test("the cap is exact: the last slot works, one request more is a 503 with Retry-After", async () => {
  await using service = await startHere({ maxInFlight: 3 });
  await using _first = await hold(service);
  await using _second = await hold(service);
  expect((await post(service)).status).toBe(200);
  await using _third = await hold(service);
  const { body, headers } = await post(service);
  expect(body).toMatchObject({ status: 503, code: "OVERLOADED" });
  expect(headers["retry-after"]).toBe("1");
  expect(service.capacity.taken).toBe(3);
});

test("a burst: as many as the cap are worked on, every other is refused", async () => {
  await using service = await startHere({ maxInFlight: 5 });
  await using clients = new AsyncDisposableStack();
  const burst = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(service.port)));
  for (const client of burst) clients.use(client).send(uploadHead(1));
  const refused = new Set<RawClient>();
  await new Promise<void>((resolve) => {
    const add = (client: RawClient) => refused.add(client).size === 15 && resolve();
    for (const client of burst)
      client.until(/OVERLOADED/).then(
        () => add(client),
        () => undefined,
      );
  });
  const working = burst.filter((client) => !refused.has(client));
  expect([working.length, service.capacity.taken]).toEqual([5, 5]);
  for (const client of working) client.socket.write("x");
  for (const client of working) expect(await client.until(/"size":1/)).toMatch(/^HTTP\/1.1 200 /);
  expect((await post(service)).status).toBe(200);
  expect(service.capacity.taken).toBe(0);
});

test.each(["/health", "/ready", "/openapi.json"])("%s is answered although every slot is taken", async (path) => {
  await using service = await startHere({ maxInFlight: 1 });
  await using _held = await hold(service);
  expect((await request(service.server).get(path)).status).toBe(200);
});

test("a slot comes back when the client goes away", async () => {
  await using service = await startHere({ maxInFlight: 1 });
  await using client = await hold(service);
  client.socket.resetAndDestroy();
  await service.directory.until(0);
  expect([service.capacity.taken, (await post(service)).status]).toEqual([0, 200]);
});

test("a slot comes back after an error, ours or the client's", async () => {
  await using service = await startHere({ maxInFlight: 1, uploadLimitBytes: 4, stagedLimitBytes: 2 });
  for (const [body, status] of [
    ["12345", 413],
    ["123", 507],
    ["1", 200],
  ] as const) {
    expect((await request(service.server).post("/v1/digests").send(body)).status).toBe(status);
  }
});

test("pipelined requests whose turn never came give their slots back too", async () => {
  await using service = await startHere({ maxInFlight: 3 });
  await using client = await RawClient.connect(service.port);
  // Node starts a pipelined request as soon as the body before it was read; its answer waits for its turn. Here the
  // first one's turn never ends.
  const release = service.staging.release.bind(service.staging);
  const gate = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  let released = 0;
  vi.spyOn(service.staging, "release").mockImplementation(async (share) => {
    released += 1;
    if (released === 3) all.resolve();
    await gate.promise;
    await release(share);
  });
  client.socket.write(`${uploadHead(1).join("\r\n")}\r\n\r\nx`.repeat(3));
  await all.promise;
  expect(service.capacity.taken).toBe(3);
  client.socket.resetAndDestroy();
  while (service.capacity.taken > 0) await service.log.next();
  gate.resolve();
  await service.directory.until(0);
  expect((await post(service)).status).toBe(200);
  expect(service.drain.inFlight).toBe(0);
});

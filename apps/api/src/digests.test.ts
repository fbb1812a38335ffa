import { createHash, randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import request from "supertest";
import { expect, test, vi } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";
import { Digests } from "./digests.ts";
import { StagedFile } from "./staging.ts";

const hex = (algorithm: string, body: Buffer) => createHash(algorithm).update(body).digest("hex");

test.each([
  ["application/octet-stream", randomBytes(300_001)],
  ["application/json", Buffer.from("{ not json")],
  ["text/plain", Buffer.from("")],
])("digests %s byte for byte and leaves no file", async (type, body) => {
  await using service = await startHere();
  const response = await request(service.server)
    .post("/v1/digests")
    .type(type)
    .send(type.endsWith("json") ? `${body}` : body);
  expect(Digests.parse(response.body)).toEqual({
    sha256: hex("sha256", body),
    sha512: hex("sha512", body),
    size: body.byteLength,
  });
  expect(await service.directory.files()).toEqual([]);
});

test("an upload of exactly the limit passes, one byte more is 413 and leaves no file", async () => {
  await using service = await startHere({ uploadLimitBytes: 1000 });
  const post = (bytes: number) => request(service.server).post("/v1/digests").send(Buffer.alloc(bytes));
  expect((await post(1000)).body).toMatchObject({ size: 1000 });
  expect((await post(1001)).body).toMatchObject({ status: 413, code: "UPLOAD_TOO_LARGE" });
  expect(await service.directory.files()).toEqual([]);
});

test("a body without an announced size is counted, and what is over the limit is 413", async () => {
  await using service = await startHere({ uploadLimitBytes: 4 });
  await using client = await RawClient.connect(service.port);
  client.send(["POST /v1/digests HTTP/1.1", "Host: test", "Transfer-Encoding: chunked"], "5\r\nhello\r\n");
  expect(await client.until(/UPLOAD_TOO_LARGE/)).toMatch(/^HTTP\/1.1 413 /);
  await service.directory.until(0);
});

test("an announced size over the limit is refused before the body is asked for", async () => {
  await using service = await startHere({ uploadLimitBytes: 4 });
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(5, "Expect: 100-continue"));
  expect(await client.until(/UPLOAD_TOO_LARGE/)).toMatch(/^HTTP\/1.1 413 /);
});

test("a body that fits is asked for", async () => {
  await using service = await startHere({ uploadLimitBytes: 5 });
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(5, "Expect: 100-continue"));
  await client.until(/^HTTP\/1.1 100 Continue\r\n\r\n/);
  client.socket.write("hello");
  await client.until(/"size":5/);
});

test("all staged bytes together over the limit is 507, and the budget comes back", async () => {
  await using service = await startHere({ uploadLimitBytes: 100, stagedLimitBytes: 150 });
  const post = (bytes: number) => request(service.server).post("/v1/digests").send(Buffer.alloc(bytes));
  await using first = await RawClient.connect(service.port);
  first.send(uploadHead(100), "x".repeat(99));
  await service.directory.until(() => service.staging.stagedBytes === 99);

  expect((await post(51)).body).toMatchObject({ status: 507, code: "STORAGE_FULL" });
  expect((await post(50)).body).toMatchObject({ size: 50 });
  first.socket.write("x");
  await first.until(/"size":100/);
  expect(service.staging.stagedBytes).toBe(0);
});

test("what is announced is reserved: a burst that does not fit takes nothing from who came first", async () => {
  await using service = await startHere({ uploadLimitBytes: 100, stagedLimitBytes: 150 });
  await using first = await RawClient.connect(service.port);
  first.send(uploadHead(100), "x");
  await service.directory.until(1);
  await using late = await RawClient.connect(service.port);
  late.send(uploadHead(60, "Expect: 100-continue"));
  expect(await late.until(/STORAGE_FULL/)).toMatch(/^HTTP\/1.1 507 /); // told before it sends its body
  await using unannounced = await RawClient.connect(service.port);
  unannounced.send(
    ["POST /v1/digests HTTP/1.1", "Host: test", "Transfer-Encoding: chunked"],
    `33\r\n${"x".repeat(51)}\r\n`,
  );
  expect(await unannounced.until(/STORAGE_FULL/)).toMatch(/^HTTP\/1.1 507 /);
  first.socket.write("x".repeat(99));
  await first.until(/"size":100/);
  expect((await request(service.server).post("/v1/digests").send(Buffer.alloc(100))).status).toBe(200);
});

test("a client that goes away in mid-upload leaves no file and no bytes in the budget", async () => {
  await using service = await startHere();
  const release = vi.spyOn(service.staging, "release");
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(1000), "half");
  await service.directory.until(1);
  client.socket.resetAndDestroy();
  await service.directory.until(0);
  await service.log.until("request aborted");
  await release.mock.results.at(-1)?.value;
  expect(service.staging.stagedBytes).toBe(0);
});

test("backpressure: one chunk at a time, however slow the disk", async () => {
  await using service = await startHere();
  const append = StagedFile.prototype.append;
  let running = 0;
  const seen: number[] = [];
  vi.spyOn(StagedFile.prototype, "append").mockImplementation(async function (this: StagedFile, chunk) {
    running += 1;
    seen.push(running);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    await append.call(this, chunk);
    running -= 1;
  });
  const { body } = await request(service.server)
    .post("/v1/digests")
    .send(randomBytes(2 ** 20));
  vi.restoreAllMocks();
  expect(body.size).toBe(2 ** 20);
  expect(seen.length).toBeGreaterThan(4);
  expect(Math.max(...seen)).toBe(1);
});

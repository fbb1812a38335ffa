import request from "supertest";
import { expect, test } from "vitest";
import { RawClient } from "../testing/client.ts";
import { startHere, startProcess } from "../testing/service.ts";

const info = 30;

test("one line per request, with its ID and without credentials", async () => {
  await using service = await startHere();
  await request(service.server)
    .post("/v1/digests?access_token=s3cret")
    .set({
      "x-request-id": "abc-1",
      authorization: "Bearer s3cret",
      cookie: "sid=s3cret",
      "proxy-authorization": "s3cret",
      "x-api-key": "s3cret",
    })
    .set("set-cookie", "sid=s3cret")
    .send("x");
  const line = await service.log.until("request completed");
  expect(service.log.lines).toHaveLength(1);
  expect(line).toMatchObject({ level: info, req: { id: "abc-1", method: "POST", headers: { cookie: "[Redacted]" } } });
  expect(JSON.stringify(line)).not.toContain("s3cret");
});

test.each(["/health", "/ready"])("%s is not logged at info, ready or draining", async (path) => {
  await using service = await startHere();
  await request(service.server).get(path);
  service.drain.begin();
  await request(service.server).get(path);
  expect(service.log.lines.map(({ level }) => Number(level) < info)).toEqual([true, true]);
});

test("a client's mistake is logged without a stack, a failure of ours with its cause", async () => {
  await using service = await startHere({ stagedLimitBytes: 1 });
  await request(service.server).get("/nothing");
  await request(service.server).post("/v1/digests").send("xx");
  expect(service.log.lines).toMatchObject([
    { level: info, res: { statusCode: 404 } },
    { level: 50, res: { statusCode: 507 }, err: { code: "STORAGE_FULL" } },
  ]);
  expect(service.log.lines[0]).not.toHaveProperty("err");
});

test.each(["a", "A-b_c.9", "x".repeat(128)])("the request ID %s is kept", async (id) => {
  await using service = await startHere();
  expect((await request(service.server).get("/health").set("x-request-id", id)).headers["x-request-id"]).toBe(id);
});

test.each(["a b", "<script>", 'a"b', "x".repeat(129), ""])("the request ID %j is replaced", async (id) => {
  await using service = await startHere();
  const { headers } = await request(service.server).get("/health").set("x-request-id", id);
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
});

test("nothing that a client sends starts a line of its own or moves a terminal's cursor", async () => {
  await using service = await startProcess();
  const port = await service.port();
  const forged = '{"level":60,"msg":"forged"}';
  let bytes = "";
  service.stdout.on("data", (chunk: string) => {
    bytes += chunk;
  });
  for (const [url, header] of [
    [`/%0d%0a${forged.replaceAll('"', "%22")}`, "X-A: b"],
    ["/", `User-Agent: a\\r\\n${forged}\t\u009b2J\u0085`],
    ["/", `X-Request-Id: a%0a${forged}`],
  ]) {
    await using client = await RawClient.connect(port);
    client.socket.write(`GET ${url} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n${header}\r\n\r\n`, "latin1");
    await client.closed;
  }
  // Bare line ends are no part of a URL or a header: the request is refused, and the line about it has nothing of it.
  for (const sent of [`GET /\n${forged} HTTP/1.1`, `GET / HTTP/1.1\r\nHost: test\r\nUser-Agent: a\r${forged}`]) {
    await using client = await RawClient.connect(port);
    client.socket.write(`${sent}\r\n\r\n`);
    await client.closed;
  }
  while (service.log.lines.length < 6) await service.log.next();
  expect(service.log.lines.map(({ msg }) => msg)).toEqual([
    "listening",
    ...Array(3).fill("request completed"),
    ...Array(2).fill("request refused"),
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(bytes).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
});

import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";

const info = 30;

test("one line per request, with its ID and without credentials", async () => {
  await using service = await startHere();
  await request(service.server)
    .post("/v1/digests")
    .set({
      "x-request-id": "abc-1",
      authorization: "Bearer s3cret",
      cookie: "sid=s3cret",
      "proxy-authorization": "s3cret",
    })
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

import request from "supertest";
import { expect, test } from "vitest";
import { RawClient } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";

test.each(["/metrics", "/version"])("%s is on the admin port and not on the main port", async (path) => {
  await using service = await startHere();
  expect((await request(service.admin).get(path)).status).toBe(200);
  expect((await request(service.server).get(path)).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect((await request(service.admin).post(path)).body).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
});

test.each(["/health", "/ready", "/openapi.json", "/v1/digests"])("%s is not on the admin port", async (path) => {
  await using service = await startHere();
  expect((await request(service.admin).get(path)).body).toMatchObject({ status: 404, code: "NOT_FOUND" });
});

test("a scrape is logged below info, somebody looking for metrics on the main port is not", async () => {
  await using service = await startHere();
  await request(service.admin).get("/metrics");
  await request(service.server).get("/metrics");
  expect(service.log.lines.map(({ level }) => level)).toEqual([20, 30]);
});

test("the admin port has the same limits: 431 for a head of 20 kB, as a problem", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.adminPort);
  client.send(["GET /metrics HTTP/1.1", `X-Long: ${"x".repeat(20_000)}`]);
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 431 [\s\S]*application\/problem\+json/);
});

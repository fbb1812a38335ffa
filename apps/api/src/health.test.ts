import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";

test("answers 200", async () => {
  await using service = await startHere();
  const { status, body } = await request(service.server).get("/health");
  expect([status, body]).toEqual([200, { status: "ok" }]);
});

test("still answers 200 while draining: a restart would cut what is in flight", async () => {
  await using service = await startHere();
  service.drain.begin();
  expect((await request(service.server).get("/health")).status).toBe(200);
});

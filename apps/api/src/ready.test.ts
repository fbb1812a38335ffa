import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";

test("answers 200 until draining begins, then a 503 problem", async () => {
  await using service = await startHere();
  const before = await request(service.server).get("/ready");
  expect([before.status, before.body]).toEqual([200, { status: "ready" }]);

  service.drain.begin();
  const after = await request(service.server).get("/ready");
  expect(after.body).toMatchObject({ status: 503, code: "DRAINING" });
  expect(after.type).toBe("application/problem+json");
});

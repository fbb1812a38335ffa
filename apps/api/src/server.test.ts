import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";
import { timeouts } from "./http-server.ts";

test("the server has the timeouts, and keeps idle connections longer than a load balancer", async () => {
  await using service = await startHere();
  const { headersTimeout, requestTimeout, keepAliveTimeout } = service.server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
    headersTimeout: timeouts.headersTimeout,
    requestTimeout: timeouts.requestTimeout,
    keepAliveTimeout: timeouts.keepAliveTimeout,
  });
  expect(keepAliveTimeout).toBeGreaterThan(60_000);
});

test("answers carry helmet's headers and do not name the framework", async () => {
  await using service = await startHere();
  const { headers } = await request(service.server).get("/health");
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN" });
  expect(headers["content-security-policy"]).toContain("default-src 'self'");
  expect(headers).not.toHaveProperty("x-powered-by");
});

import express, { type ErrorRequestHandler } from "express";
import request from "supertest";
import { expect, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { LogLines, startHere } from "../testing/service.ts";
import { createLog, logRequests } from "./log.ts";
import { Problem, problemHandler } from "./problem.ts";

/** An app with one route that throws. */
const throwing = (error: unknown, path = "/") => {
  const app = express().use(logRequests(createLog("silent")));
  app.get(path, () => {
    throw error;
  });
  return app.use(problemHandler);
};

test.each([
  ["get", "/nothing", 404, "NOT_FOUND"],
  ["get", "/health/", 404, "NOT_FOUND"],
  ["get", "/Health", 404, "NOT_FOUND"],
  ["put", "/health", 405, "METHOD_NOT_ALLOWED"],
  ["options", "/ready", 405, "METHOD_NOT_ALLOWED"],
  ["get", "/v1/digests", 405, "METHOD_NOT_ALLOWED"],
] as const)("%s %s is a %i problem", async (method, path, status, code) => {
  await using service = await startHere();
  const response = await request(service.server)[method](path);
  expect(response.type).toBe("application/problem+json");
  expect(Problem.parse(response.body)).toMatchObject({ type: "about:blank", status, code });
  expect(response.status).toBe(status);
  expect(response.body.requestId).toBe(response.headers["x-request-id"]);
});

test("405 says what is allowed", async () => {
  await using service = await startHere();
  expect((await request(service.server).delete("/v1/digests")).headers["allow"]).toBe("POST");
  expect((await request(service.server).delete("/ready")).headers["allow"]).toBe("GET, HEAD");
});

test.each([new Error("password hunter2"), "hunter2", { status: 200 }, undefined])(
  "whatever else is thrown is a 500 that says nothing (%s)",
  async (thrown) => {
    const response = await request(throwing(thrown ?? null)).get("/");
    // Express takes a thrown null for "no error" and goes on to its own 404: then there is nothing to leak either.
    if (thrown !== undefined) expect(response.body).toMatchObject({ status: 500, title: "Internal Server Error" });
    expect(response.text).not.toMatch(/hunter2|node_modules|at /);
  },
);

test("an error that Express gives a client status keeps it, without its message", async () => {
  const { status, text } = await request(throwing(undefined, "/:name")).get("/%zz");
  expect([status, text]).toEqual([400, expect.not.stringContaining("%zz")]);
});

test("a client that sends everything before it reads still gets the answer", async () => {
  await using service = await startHere({ uploadLimitBytes: 1000 });
  await using client = await RawClient.connect(service.port);
  const bytes = 20 * 2 ** 20; // more than the socket buffers of both sides hold
  client.socket.pause();
  client.send(uploadHead(bytes), "x".repeat(bytes));
  await new Promise((resolve) => client.socket.once("drain", resolve));
  client.socket.resume();
  await client.closed;
  expect(client.error).toBeUndefined();
  expect(client.received).toMatch(/^HTTP\/1.1 413 [\s\S]*Connection: close[\s\S]*UPLOAD_TOO_LARGE/);
});

test("a failure in the middle of an answer is logged and breaks the connection: half must not look whole", async () => {
  const log = new LogLines();
  const app = express().use(logRequests(createLog("info", log)));
  app.get("/", (_request, response) => {
    response.write("half");
    throw new Error("late");
  });
  let thrown: unknown;
  const handler: ErrorRequestHandler = (error, request, response, next) => {
    try {
      void problemHandler(error, request, response, next);
    } catch (second) {
      thrown = second;
      response.destroy();
    }
  };
  await expect(request(app.use(handler)).get("/")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(thrown).toBeUndefined();
  expect(await log.until("request errored")).toMatchObject({ level: 50, err: { message: "late" } });
});

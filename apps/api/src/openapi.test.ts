import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";
import { createLog } from "./log.ts";
import { Problem } from "./problem.ts";
import { createApp } from "./server.ts";

const document = async () => {
  await using service = await startHere();
  return (await request(service.server).get("/openapi.json")).body;
};

test("describes every operation the app has, and no other", async () => {
  await using service = await startHere();
  const app = createApp({ ...service, log: createLog("silent") });
  const mounted = app.router.stack.flatMap(({ route }) => {
    // The layer without a method is .all(), which answers 405; a guard and its handler are two layers of one operation.
    const methods = new Set(route?.stack.map(({ method }) => method).filter(Boolean));
    return [...methods].map((method) => `${method} ${route?.path}`);
  });
  const { paths } = await document();
  const described = Object.entries<object>(paths).flatMap(([path, item]) => {
    return Object.keys(item).map((method) => `${method} ${path}`);
  });
  expect(mounted.length).toBeGreaterThanOrEqual(4);
  expect(described.sort()).toEqual(mounted.sort());
});

test("is OpenAPI 3.1 whose references resolve and whose problem schema is the one that is sent", async () => {
  const served = await document();
  expect(served.openapi).toMatch(/^3\.1\.\d+$/);
  const references = new Set([...JSON.stringify(served).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target));
  expect([...references]).toEqual(["#/components/schemas/Problem"]);
  expect(Object.keys(served.components.schemas.Problem.properties)).toEqual(Object.keys(Problem.shape));
});

test("says what an upload answers", async () => {
  const { post } = (await document()).paths["/v1/digests"];
  expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(["200", "413", "507", "default"]));
  const { properties } = post.responses[200].content["application/json"].schema;
  expect(Object.keys(properties)).toEqual(["sha256", "sha512", "size"]);
  expect(post.requestBody.content).toEqual({ "*/*": {} });
});

test("says what a JSON body must be", async () => {
  const { post } = (await document()).paths["/v1/digests/verify"];
  expect(post.requestBody.content["application/json"].schema).toMatchObject({
    required: ["data", "sha256"],
    additionalProperties: false,
  });
});

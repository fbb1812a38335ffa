import { createServer, type RequestListener } from "node:http";
import { expect, test } from "vitest";
import { freePort, run, startHere } from "../testing/service.ts";
import { listen } from "./listen.ts";

const check = async (port: number | string, env: Record<string, string> = {}) => {
  const { exited, stderr } = run("healthcheck", { PORT: String(port), ...env });
  return { ...(await exited), stderr: await stderr };
};

const against = async (listener: RequestListener) => {
  const server = createServer(listener);
  const result = await check(await listen(server, { host: "127.0.0.1", port: 0 }));
  server.close().closeAllConnections();
  return result;
};

test("healthy: exit 0, no output", async () => {
  await using service = await startHere();
  expect(await check(service.port)).toEqual({ code: 0, signal: null, stderr: "" });
});

test("a proxy in the environment does not come between", async () => {
  await using service = await startHere();
  const env = { NODE_USE_ENV_PROXY: "1", HTTP_PROXY: `http://127.0.0.1:${await freePort()}` };
  expect(await check(service.port, env)).toMatchObject({ code: 0 });
});

test("settings of the service that are wrong are not its business", async () => {
  await using service = await startHere();
  expect(await check(service.port, { LOG_LEVEL: "loud", TMPDIR: "/nonexistent" })).toMatchObject({ code: 0 });
});

test("any other status: exit 1", async () => {
  const result = await against((_request, response) => response.writeHead(503).end());
  expect(result).toEqual({ code: 1, signal: null, stderr: "unhealthy: expected 200, got 503\n" });
});

test("nobody listens: exit 1 with one line", async () => {
  const result = await check(await freePort());
  expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unhealthy: connect ECONNREFUSED.*\n$/) });
});

test("a port that is none: exit 1 with one line", async () => {
  expect(await check("http")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^unhealthy: .*http.*\n$/) });
});

test.concurrent.each([
  ["nothing", (() => undefined) as RequestListener],
  [
    "half an answer",
    ((_request, response) => void response.writeHead(200, { "content-length": 9 }).write("x")) as RequestListener,
  ],
])("a frozen service that answers %s: exit 1 after 2 s", async (_, listener) => {
  expect(await against(listener)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no answer within 2000 ms"),
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import request from "supertest";
import { expect, onTestFinished, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { freePort, startProcess } from "../testing/service.ts";
import { listen } from "./listen.ts";

type Span = {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status: { code: number };
  attributes: { key: string; value: Record<string, unknown> }[];
};
type Traces = {
  resourceSpans: { resource: { attributes: Span["attributes"] }; scopeSpans: { spans: Span[] }[] }[];
};

/** A collector: keeps what it is sent. A silent one accepts connections and never answers. */
async function startCollector({ silent = false } = {}) {
  const posts: { url: string | undefined; traces: Traces }[] = [];
  const server = createServer(async (incoming, response) => {
    posts.push({ url: incoming.url, traces: (await json(incoming)) as Traces });
    if (!silent) response.setHeader("Content-Type", "application/json").end("{}");
  });
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    posts,
    connections: () => connections,
    spans: () =>
      posts
        .flatMap(({ traces }) => traces.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
        .flatMap((s) => s.spans),
  };
}

const attributesOf = ({ attributes }: Pick<Span, "attributes">) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const start = (endpoint: string, more: Record<string, string> = {}, nodeArguments: string[] = []) =>
  startProcess(
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, DRAIN_DELAY_MS: "0", SHUTDOWN_DEADLINE_MS: "60000", ...more },
    nodeArguments,
  );
type Service = Awaited<ReturnType<typeof start>>;

const get = async (service: Service, path: string, headers: Record<string, string> = {}) =>
  await request(`http://127.0.0.1:${await service.port()}`)
    .get(path)
    .set(headers);

async function stop(service: Service) {
  const logged = once(service.stdout, "end");
  service.child.kill("SIGTERM");
  await logged; // what it said is all here
  return await service.exited;
}

// A program's own way of saying what it loads, before anything is loaded.
const tellImports = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  import { writeSync } from "node:fs";
  registerHooks({ resolve(name, context, next) {
    const own = context.parentURL?.includes("/apps/api/src/"); // prom-client loads the API's package
    if (own && name.startsWith("@opentelemetry/")) writeSync(2, name + "\\n");
    return next(name, context);
  } });
`)}`;

test("a request in flight at shutdown has its span arrive, with the trace of its log line", async () => {
  const collector = await startCollector();
  await using service = await start(`${collector.endpoint}/otel/`, { OTEL_SERVICE_NAME: "digests" });
  await using client = await RawClient.connect(await service.port());
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  service.child.kill("SIGTERM");
  await service.log.until("stopped listening");
  client.socket.write("lf");
  await client.until(/"size":4/);
  expect(await service.exited).toEqual({ code: 0, signal: null });

  const spans = collector.spans();
  expect(spans).toMatchObject([{ name: "POST /v1/digests", kind: 2, status: { code: 0 } }]);
  expect(spans.map(attributesOf)).toEqual([
    {
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "http.route": "/v1/digests",
      "url.path": "/v1/digests",
      "url.scheme": "http",
    },
  ]);
  expect(await service.log.until("request completed")).toMatchObject({ trace_id: spans[0]?.traceId });
  expect(collector.posts.map(({ url }) => url)).toEqual(["/otel/v1/traces"]);
  expect(collector.posts[0]?.traces.resourceSpans.map(({ resource }) => attributesOf(resource))).toEqual([
    { "service.name": "digests" },
  ]);
});

test("a request that the deadline cut is an error, one for nobody's path has no name of a client's", async () => {
  const collector = await startCollector();
  await using service = await start(collector.endpoint, { SHUTDOWN_DEADLINE_MS: "100" });
  await get(service, "/scan?token=s3cret");
  await using client = await RawClient.connect(await service.port());
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  expect(await stop(service)).toEqual({ code: 1, signal: null });
  expect(collector.spans()).toMatchObject([
    { name: "GET unmatched", status: { code: 0 } },
    { name: "POST /v1/digests", status: { code: 2 } },
  ]);
  expect(collector.spans().map(attributesOf)).toMatchObject([{ "url.path": "/scan" }, { "error.type": "aborted" }]);
  expect(JSON.stringify(collector.posts)).not.toContain("s3cret");
});

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

test("traceparent is taken over, its sampling included; a malformed one is ignored", async () => {
  const collector = await startCollector();
  await using service = await start(collector.endpoint);
  const malformed = [`00-${trace}-${parent}`, `ff-${trace}-${parent}-01`, `00-${trace}-${"0".repeat(16)}-01`, "x"];
  for (const traceparent of [`00-${trace}-${parent}-01`, `00-${trace}-${parent}-00`, ...malformed]) {
    expect((await get(service, "/openapi.json", { traceparent })).status).toBe(200);
  }
  expect((await stop(service)).code).toBe(0);

  const [taken, ...own] = collector.spans();
  expect(taken).toMatchObject({ traceId: trace, parentSpanId: parent });
  expect(own).toHaveLength(malformed.length); // the second is not sampled: its caller decided so
  for (const { traceId, parentSpanId } of own) {
    expect(traceId).toMatch(/^(?!4bf92f35)[0-9a-f]{32}$/);
    expect(parentSpanId ?? "").toBe("");
  }
  const logged = service.log.lines.filter(({ msg }) => msg === "request completed").map((line) => line["trace_id"]);
  expect(logged).toEqual([trace, trace, ...own.map(({ traceId }) => traceId)]);
});

// Without the bound, both would go on for the ten minutes that are set here: longer than this test may take.
test.each(["refuses", "never answers"])("a collector that %s fails no request and holds up no exit", async (how) => {
  const silent = how === "never answers";
  const endpoint = silent ? (await startCollector({ silent })).endpoint : `http://127.0.0.1:${await freePort()}`;
  await using service = await start(endpoint, { OTEL_EXPORTER_OTLP_TIMEOUT: "600000" });
  expect((await get(service, "/openapi.json")).status).toBe(200);
  expect(await stop(service)).toEqual({ code: 0, signal: null });
  const err = expect.objectContaining({ message: "no answer within 1000 ms" });
  expect(service.log.lines).toContainEqual(expect.objectContaining({ msg: "spans were lost", err }));
});

test("on: the packages are loaded", async () => {
  await using service = await start((await startCollector()).endpoint, {}, ["--import", tellImports]);
  await get(service, "/openapi.json");
  await stop(service);
  expect(await service.stderr).toContain("@opentelemetry/sdk-trace\n");
});

test("off: no package is loaded, nothing connects, no trace is logged", async () => {
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.endpoint, DRAIN_DELAY_MS: "0" };
  await using service = await startProcess(env, ["--import", tellImports]);
  await get(service, "/openapi.json", { traceparent: `00-${trace}-${parent}-01` });
  expect(await stop(service)).toEqual({ code: 0, signal: null });
  expect(await service.stderr).toBe("");
  expect(collector.connections()).toBe(0);
  expect(await service.log.until("request completed")).not.toHaveProperty("trace_id");
});

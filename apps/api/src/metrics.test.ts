import request from "supertest";
import { expect, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";

type Service = Awaited<ReturnType<typeof startHere>>;
const scrape = async (service: Service) => (await request(service.admin).get("/metrics")).text;

/** How often a request with these labels was counted. */
const countOf = async (service: Service, method: string, route: string, status: string) => {
  const line = `http_request_duration_seconds_count{method="${method}",route="${route}",status_class="${status}"} `;
  const found = (await scrape(service)).split("\n").find((each) => each.startsWith(line));
  return Number(found?.slice(line.length) ?? 0);
};

test("is the Prometheus text format, with the metrics of the process", async () => {
  await using service = await startHere();
  const { headers, text } = await request(service.admin).get("/metrics");
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  for (const name of ["process_cpu_seconds_total", "nodejs_eventloop_lag_seconds", "http_draining 0"])
    expect(text).toContain(`\n${name}`);
});

test("counts by method, route and status class", async () => {
  await using service = await startHere({ uploadLimitBytes: 1 });
  await request(service.server).get("/health");
  await request(service.server).get("/health");
  await request(service.server).post("/v1/digests").send("too long");
  await request(service.server).get("/v1/digests");
  expect(await countOf(service, "GET", "/health", "2xx")).toBe(2);
  expect(await countOf(service, "POST", "/v1/digests", "4xx")).toBe(1);
  expect(await countOf(service, "GET", "/v1/digests", "4xx")).toBe(1);
});

test("no URL and no method that a client invents becomes a time series", async () => {
  await using service = await startHere();
  for (let n = 0; n < 50; n += 1) await request(service.server).get(`/scan-${n}?q=${n}`);
  for (let n = 0; n < 50; n += 1) await request(service.server).get(`/health/${n}`);
  for (const method of ["PROPFIND", "M-SEARCH"]) {
    await using client = await RawClient.connect(service.port);
    await client.send([`${method} /health HTTP/1.1`, "Host: test"]).until(/requestId/);
  }
  expect(await countOf(service, "GET", "unmatched", "4xx")).toBe(100);
  expect(await countOf(service, "other", "/health", "4xx")).toBe(2);
  expect(await scrape(service)).not.toMatch(/scan-|PROPFIND|M-SEARCH/);
  expect((await scrape(service)).match(/^http_request_duration_seconds_count/gm)).toHaveLength(2);
});

test("shows what is in flight and staged, and what was aborted is not counted as answered", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(uploadHead(10), "hello");
  await service.directory.until(() => service.staging.stagedBytes === 5);
  const during = await scrape(service);
  expect(during).toMatch(/^http_requests_in_flight 1$/m);
  expect(during).toMatch(/^staging_bytes 5$/m);

  client.socket.resetAndDestroy();
  await service.log.until("request aborted");
  await service.directory.until(0);
  expect(await scrape(service)).toMatch(/^http_requests_in_flight 0$/m);
  expect(await countOf(service, "POST", "/v1/digests", "aborted")).toBe(1);
  expect(await countOf(service, "POST", "/v1/digests", "2xx")).toBe(0);
});

test("what no handler saw is counted and logged, without what was sent", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(["GET /secret HTTP/1.1", "Host: test", "Authorization: s3cret", "bad header"]);
  await client.closed;
  expect(await scrape(service)).toContain('http_requests_refused_total{status="400"} 1');
  const line = await service.log.until("request refused");
  expect(line).toMatchObject({ status: 400, remoteAddress: "127.0.0.1", code: expect.stringMatching(/^HPE_/) });
  expect(JSON.stringify(line)).not.toContain("s3cret");
});

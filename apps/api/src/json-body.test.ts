import request from "supertest";
import { expect, test } from "vitest";
import { RawClient } from "../testing/client.ts";
import { startHere } from "../testing/service.ts";
import { JSON_LIMIT_BYTES } from "./json-body.ts";

const path = "/v1/digests/verify";
const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
  await using service = await startHere();
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const sent = request(service.server)
    .post(path)
    .set({ "content-type": "application/json", ...headers });
  return await sent.serialize(() => raw as unknown as string).send({});
};
const head = (...more: string[]) => [`POST ${path} HTTP/1.1`, "Host: test", "Content-Type: application/json", ...more];
const refusal = async (lines: string[], body: string, pattern: RegExp) => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  return await client.send(lines, body).until(pattern);
};

test.each(["{", "", "{} {}", "{'a':1}", "\u0000", "[".repeat(100_000)])("%.20j is no JSON: 400", async (body) => {
  expect((await post(body)).body).toMatchObject({ status: 400, code: "JSON_INVALID" });
});

test("JSON that is not UTF-8 is 400", async () => {
  expect((await post(Buffer.from([0x22, 0xff, 0x22]))).body).toMatchObject({ status: 400, code: "JSON_INVALID" });
});

test.each([
  `{"x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  '{"__proto__":{"data":"","sha256":""}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  "null",
])("%.40j is only not what is expected: 422", async (body) => {
  expect((await post(body)).body).toMatchObject({ status: 422, code: "BODY_INVALID" });
  expect({}).not.toHaveProperty("polluted");
});

test.each([
  { "content-type": "text/plain" },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "application/jsonp" },
  { "content-encoding": "gzip" },
])("%j is 415", async (headers) => {
  expect((await post("{}", headers)).body).toMatchObject({ status: 415, code: "MEDIA_TYPE_UNSUPPORTED" });
});

test("no media type at all is 415", async () => {
  const lines = [`POST ${path} HTTP/1.1`, "Host: test", "Content-Length: 2"];
  expect(await refusal(lines, "{}", /MEDIA_TYPE/)).toMatch(/^HTTP\/1.1 415 /);
});

test.each(["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])("%s is taken", async (type) => {
  expect((await post("{}", { "content-type": type })).status).toBe(422);
});

test("a body of exactly the limit is read, one byte more is 413", async () => {
  expect((await post(" ".repeat(JSON_LIMIT_BYTES - 2).concat("{}"))).status).toBe(422);
  const tooLarge = await post(" ".repeat(JSON_LIMIT_BYTES - 1).concat("{}"));
  expect(tooLarge.body).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
});

test("a size that is not announced is counted", async () => {
  const size = JSON_LIMIT_BYTES + 1;
  const chunk = `${size.toString(16)}\r\n${" ".repeat(size)}\r\n`; // and no last chunk: the answer does not wait for it
  expect(await refusal(head("Transfer-Encoding: chunked"), chunk, /BODY_TOO_LARGE/)).toMatch(/^HTTP\/1.1 413 /);
});

test("a body that is too large or of another type is refused before it is asked for", async () => {
  const expectation = "Expect: 100-continue";
  expect(await refusal(head("Content-Length: 262145", expectation), "", /TOO_LARGE/)).toMatch(/^HTTP\/1.1 413 /);
  const gzip = head("Content-Length: 2", "Content-Encoding: gzip", expectation);
  expect(await refusal(gzip, "", /MEDIA_TYPE/)).toMatch(/^HTTP\/1.1 415 /);
});

test("a body that fits is asked for", async () => {
  await using service = await startHere();
  await using client = await RawClient.connect(service.port);
  client.send(head("Content-Length: 2", "Expect: 100-continue"));
  await client.until(/^HTTP\/1.1 100 Continue\r\n\r\n/);
  client.socket.write("{}");
  await client.until(/BODY_INVALID/);
});

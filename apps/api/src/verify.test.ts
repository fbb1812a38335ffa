import { createHash } from "node:crypto";
import request from "supertest";
import { expect, test } from "vitest";
import { startHere } from "../testing/service.ts";

const bytes = Buffer.from([0, 255, 10, 13, 195]); // no text: what is not UTF-8 must come through
const data = bytes.toString("base64");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const sha512 = createHash("sha512").update(bytes).digest("hex");

const post = async (body: object) => {
  await using service = await startHere();
  return await request(service.server).post("/v1/digests/verify").send(body);
};

test.each([
  ["both digests", { data, sha256, sha512 }, true],
  ["SHA-256 alone", { data, sha256 }, true],
  ["upper case", { data, sha256: sha256.toUpperCase() }, true],
  ["other data", { data: "", sha256 }, false],
  ["a wrong SHA-256", { data, sha256: sha256.replace(/^./, (digit) => (digit === "0" ? "1" : "0")), sha512 }, false],
  ["a wrong SHA-512", { data, sha256, sha512: sha512.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) }, false],
])("%s", async (_, body, matches) => {
  const response = await post(body);
  expect([response.status, response.body]).toEqual([200, { matches }]);
});

test("every issue is listed, and nothing of what was sent is repeated", async () => {
  const { status, body, text } = await post({ data: "%%", sha256: "<script>", sha512: 7, "<img>": 1, sha: 1 });
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: "BODY_INVALID", status: 422 });
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.sort()).toEqual(["#", "#/data", "#/sha256", "#/sha512"]);
  expect(text).not.toMatch(/script|img|%%/);
});

test("what is missing is listed too", async () => {
  const { body } = await post({});
  expect(body.errors).toEqual([
    { pointer: "#/data", detail: expect.stringContaining("base64") },
    { pointer: "#/sha256", detail: "expected 64 hexadecimal digits" },
  ]);
});

test.each([[[]], [{ data, sha256: sha256.slice(1) }], [{ data: data.slice(0, -1), sha256 }], [{ data: null, sha256 }]])(
  "%j is 422",
  async (body) => {
    expect((await post(body)).body).toMatchObject({ status: 422, code: "BODY_INVALID" });
  },
);

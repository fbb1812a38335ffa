import { expect, test } from "vitest";
import { notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runWrite002 } from "./run-write-002.ts";

const answers = [
  { request: "GET /", status: 200, expectStatus: 200, error: null },
  { request: "GET /missing", status: 404, expectStatus: 404, error: null },
];
const after = (traffic: NonNullable<Parameters<typeof outcomeWith<"asRun">>[2]>["traffic"]) =>
  told(outcomeWith(runWrite002, "asRun", { traffic: traffic ?? null }));

test("passes with what was answered", () => {
  expect(after({ answers, writes: [] })).toBe("pass: the container's layer is empty after 2 requests (200, 404)");
});

test("fails when the requests leave a file that one request did not", () => {
  expect(after({ answers, writes: ["/app/errors.log"] })).toBe(
    "fail: /app/errors.log differs from the image after 2 requests (200, 404)",
  );
});

test.each([
  ["another status", { status: 500, error: null }, "500"],
  ["no answer", { status: null, error: "ECONNRESET" }, "ECONNRESET"],
])("is unknown when one request gets %s", (_, changes, said) => {
  const wrong = { request: "GET /", expectStatus: 200, ...changes };
  expect(after({ answers: [...answers, wrong], writes: [] })).toBe(
    `unknown: GET / was answered ${said}, expected 200: the script proves nothing`,
  );
});

test("is unknown without a script, and when the app did not start", () => {
  expect(after(null)).toBe('unknown: the workload has no "traffic"');
  expect(told(outcomeWith(runWrite002, "asRun", { start: notStarted }))).toMatch(/^unknown: the app did not start/);
});

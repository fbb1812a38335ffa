import { expect, test } from "vitest";
import { goodTraces, outcomeOf, outcomeWith, told } from "../../test/traces.ts";
import { runCa004 } from "./run-ca-004.ts";

const read = { systemPlaces: [{ path: "/etc/ssl/cert.pem", accepted: true, acceptedUnasked: true }] };

test("passes with the places that were not read", () => {
  expect(told(outcomeWith(runCa004, "tls"))).toBe("pass: 120 roots of its own; not read: /etc/ssl/cert.pem");
});

test.each([
  ["a place is read unasked", read, "/etc/ssl/cert.pem is read without being asked for"],
  ["there are no roots", { bundledRoots: 0 }, "it brings no roots along"],
])("fails when %s", (_, changes, message) => {
  expect(told(outcomeWith(runCa004, "tls", changes))).toBe(`fail: ${message}`);
});

test.each([{ NODE_OPTIONS: "--use-system-ca" }, { NODE_OPTIONS: "--use-openssl-ca" }, { NODE_USE_SYSTEM_CA: "1" }])(
  "is skipped when the image asks with %j",
  (env) => {
    const runs = { tls: { ...goodTraces.tls, ...read } };
    expect(outcomeOf(runCa004, runs, { env }).status).toBe("skipped");
  },
);

test("is unknown when verification is off anyway", () => {
  expect(outcomeWith(runCa004, "tls", { withoutCa: { connected: true, code: null } }).status).toBe("unknown");
});

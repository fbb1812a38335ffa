import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runCa002 } from "./run-ca-002.ts";

test("passes with the place where the authority was read", () => {
  expect(told(outcomeWith(runCa002, "tls"))).toBe("pass: accepted when mounted at /etc/ssl/cert.pem");
});

test("fails when no place of the system's store is read", () => {
  const systemStore = { connected: false, code: "ended with 9: bad option: --use-system-ca" };
  const systemPlaces = [{ path: "/etc/ssl/cert.pem", accepted: false, acceptedUnasked: false }];
  expect(told(outcomeWith(runCa002, "tls", { systemStore, systemPlaces }))).toBe(
    "fail: refused with ended with 9: bad option: --use-system-ca; mounted at /etc/ssl/cert.pem",
  );
});

test("is unknown when verification is off anyway", () => {
  expect(outcomeWith(runCa002, "tls", { withoutCa: { connected: true, code: null } }).status).toBe("unknown");
});

import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runCa003 } from "./run-ca-003.ts";

test("passes when OpenSSL's store is read", () => {
  expect(told(outcomeWith(runCa003, "tls"))).toMatch(/^pass: accepted when SSL_CERT_FILE names it/);
});

test("fails when it is not", () => {
  const opensslStore = { connected: false, code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" };
  expect(told(outcomeWith(runCa003, "tls", { opensslStore }))).toBe(
    "fail: refused with UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  );
});

test("is unknown when verification is off anyway", () => {
  expect(outcomeWith(runCa003, "tls", { withoutCa: { connected: true, code: null } }).status).toBe("unknown");
});

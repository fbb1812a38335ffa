import { expect, test } from "vitest";
import { outcomeWith, told } from "../../test/traces.ts";
import { runCa001 } from "./run-ca-001.ts";

const connected = { connected: true, code: null };

test("passes when trust is given only where it is due", () => {
  expect(outcomeWith(runCa001, "tls").status).toBe("pass");
});

test.each([
  ["verification is off", { withoutCa: connected }, "an unknown authority: connected"],
  [
    "it fails for another reason",
    { withoutCa: { connected: false, code: "ECONNREFUSED" } },
    "an unknown authority: refused with ECONNREFUSED",
  ],
  [
    "the mounted authority is ignored",
    { nodeExtraCaCerts: { connected: false, code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } },
    "the same named in NODE_EXTRA_CA_CERTS: refused with UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  ],
  ["host names are not compared", { wrongHost: connected }, "a certificate of another host: connected"],
])("fails when %s", (_, changes, message) => {
  expect(told(outcomeWith(runCa001, "tls", changes))).toBe(`fail: ${message}`);
});

import { spawnSync } from "node:child_process";
import { supplyChecks } from "image-audit";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { readWorkflows, scriptsOf } from "./workflow.ts";

const rescan = readWorkflows(ROOT)
  .flatMap(scriptsOf)
  .find(({ env }) => env["PREDICATE"] !== undefined);
const withoutJq = spawnSync("jq", ["--version"]).error !== undefined;

/** Judges the predicate that the weekly rescan would attest of a scan. */
function judged(id: string, severity: string): string | undefined {
  const timestamp = "2026-11-24T00:00:00.123456789Z";
  const descriptor = { version: "1.2.3", timestamp, db: { status: { from: "https://db.test", built: timestamp } } };
  const matches = [{ vulnerability: { id: "CVE-1", severity }, artifact: { name: "libx", version: "1" } }];
  const input = JSON.stringify({ descriptor, matches });
  const { stdout } = spawnSync("jq", [rescan?.env["PREDICATE"] ?? ""], { input, encoding: "utf8" });
  const predicateType = "https://cosign.sigstore.dev/attestation/vuln/v1";
  const digest = `sha256:${"a".repeat(64)}` as const;
  const attestation = {
    manifest: digest,
    verified: true as const,
    predicateType,
    predicate: JSON.parse(stdout) as unknown,
  };
  const trust = {
    schemaVersion: 1 as const,
    issuer: "",
    identity: "",
    origins: [],
    maxScanAgeHours: 192,
    repositories: [],
    requires: [],
    revoked: [],
  };
  return supplyChecks
    .find((check) => check.id === id)
    ?.judge({
      schemaVersion: 1,
      image: { reference: "", id: digest },
      repository: "",
      observedAt: "2026-11-25T00:00:00Z",
      trust,
      contents: [],
      subjects: [{ digest, platform: null, attestations: [attestation] }],
    }).status;
}

test.skipIf(withoutJq)("what the rescan attests is what the checks read, grave or not (needs jq)", () => {
  expect(judged("SUP-SCAN-001", "Low")).toBe("pass");
  expect(judged("SUP-SCAN-002", "Low")).toBe("pass");
  expect(judged("SUP-SCAN-002", "High")).toBe("fail");
});

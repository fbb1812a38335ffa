import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../bake.ts";
import type { Shipment } from "./gate.ts";
import { type Ignore, judgeScan, readIgnores, rescan, type Scan, withoutIgnored } from "./scan.ts";
import { readTrust } from "./trust.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const match = (severity: string, id = "CVE-2026-1", name = "libc6") => ({
  vulnerability: { id, severity },
  artifact: { name, version: "2.41" },
});
const scanOf = (...matches: Scan["matches"]): Scan => ({
  matches,
  descriptor: {
    version: "0.120.1",
    timestamp: "2026-06-01T11:00:00Z",
    db: { status: { from: "live", built: "2026-06-01T00:00:00Z", valid: true }, providers: { debian: {} } },
  },
});
const ignore = (expires: string): Ignore => ({
  vulnerability: "CVE-2026-1",
  package: "libc6",
  reason: "not reachable",
  expires,
});
const findings = (scan: Scan, { packages = 100, ignores = [] as Ignore[], canary = "" } = {}) =>
  judgeScan(scan, packages, ignores, canary, NOW).findings.join("\n");

test("nothing found passes, lower findings too, and the database is named", () => {
  expect(findings(scanOf())).toBe("");
  const judged = judgeScan(scanOf(match("Medium"), match("Negligible"), match("Unknown")), 100, [], "", NOW);
  expect(judged).toMatchObject({
    findings: [],
    seen: expect.stringMatching(/100 packages.*3 findings below high.*database: live/) as string,
  });
});

test.each(["Critical", "High", "Catastrophic"])("%s blocks, fix or no fix", (severity) => {
  expect(findings(scanOf(match("Low"), match(severity)))).toBe(`${severity}: CVE-2026-1 in libc6 2.41`);
});

test("an ignore holds for its vulnerability in its package, until its day", () => {
  const bad = scanOf(match("Critical"));
  expect(findings(bad, { ignores: [ignore("2026-06-02")] })).toBe("");
  expect(findings(bad, { ignores: [ignore("2026-06-01")] })).toContain(
    "the ignore of CVE-2026-1 expired on 2026-06-01",
  );
  expect(findings(scanOf(match("Critical", "CVE-2026-2")), { ignores: [ignore("2026-06-02")] })).toContain(
    "CVE-2026-2",
  );
  expect(findings(scanOf(match("Critical", "CVE-2026-1", "node")), { ignores: [ignore("2026-06-02")] })).toContain(
    "node",
  );
});

test("an expired ignore hides nothing any more, in what is attested neither", () => {
  expect(findings(scanOf(match("Critical")), { ignores: [ignore("2026-06-01")] })).toContain("CVE-2026-1 in libc6");
  expect(withoutIgnored(scanOf(match("Critical")), [ignore("2026-06-01")], NOW).matches).toHaveLength(1);
});

test("an expired ignore fails although nothing matches it any more", () => {
  expect(findings(scanOf(), { ignores: [ignore("2026-05-01")] })).toContain("expired");
});

test("what is attested shows the ignored apart from the rest", () => {
  const attested = withoutIgnored(scanOf(match("Critical"), match("Low", "CVE-2026-3")), [ignore("2026-06-02")], NOW);
  expect(attested.matches.map(({ vulnerability }) => vulnerability.id)).toEqual(["CVE-2026-3"]);
  expect(attested.ignoredMatches).toMatchObject([{ appliedIgnoreRules: [{ reason: "not reachable" }] }]);
});

test("findings that the scanner's own configuration hides are seen; those of VEX are meant", () => {
  const hidden = (rule: Record<string, unknown>) =>
    findings({ ...scanOf(), ignoredMatches: [{ appliedIgnoreRules: [rule] }] });
  expect(hidden({ "vex-status": "not_affected" })).toBe("");
  expect(hidden({ vulnerability: "CVE-2026-1" })).toContain("configuration ignores 1 findings");
});

const weak = (change: (status: Scan["descriptor"]["db"]) => object): Scan => {
  const scan = scanOf();
  Object.assign(scan.descriptor.db, change(scan.descriptor.db));
  return scan;
};
test.each([
  ["of an empty SBOM", findings(scanOf(), { packages: 0 }), "empty"],
  ["without any provider", findings(weak(() => ({ providers: {} }))), "not valid"],
  ["with a broken database", findings(weak(({ status }) => ({ status: { ...status, valid: false } }))), "not valid"],
  [
    "with a database of last week",
    findings(weak(({ status }) => ({ status: { ...status, built: "2026-05-25T00:00:00Z" } }))),
    "stale",
  ],
  ["with a database of no date", findings(weak(({ status }) => ({ status: { ...status, built: "" } }))), "stale"],
  ["that misses the canary", findings(scanOf(), { canary: "GHSA-canary" }), "canary"],
])("a scan %s is none", (_, found, message) => {
  expect(found).toContain(message);
});

test("a found canary counts like any other finding", () => {
  expect(findings(scanOf(match("Low", "GHSA-canary")), { canary: "GHSA-canary" })).toBe("");
});

test("a rescan refuses what is no scan; what a scan found is attested first", () => {
  const folder = mkdtempSync(join(tmpdir(), "rescan-"));
  const judged = (scan: Scan, ...components: object[]) => {
    for (const [name, content] of Object.entries({ "scan.json": scan, "sbom.json": { components } }))
      writeFileSync(join(folder, name), JSON.stringify(content));
    return rescan.judge(folder, {} as Shipment).findings;
  };
  const component = { purl: "pkg:npm/a@1.0.0" };
  const fresh = scanOf(match("Critical"));
  fresh.descriptor.db.status.built = new Date().toISOString();
  expect(judged(fresh, component)).toEqual([]);
  expect(judged(fresh)).toEqual(["the SBOM is empty: nothing was scanned"]);
  fresh.descriptor.db.status.built = new Date(Date.now() - 121 * 3_600_000).toISOString();
  expect(judged(fresh, component)).toEqual([expect.stringContaining("the database is stale")]);
  rmSync(folder, { recursive: true });
});

test("a revoked image is not made young", () => {
  const revoked = readTrust(join(ROOT, "policies/trust.json")).revoked[0] ?? "";
  const trust = join(ROOT, "policies/trust.json");
  const before = (subject: string) => rescan.before?.({ root: ROOT, trust, subject } as Shipment, "");
  expect(before(`registry.example/app@${revoked}`)).toEqual([`${revoked} is revoked`]);
  expect(before(`registry.example/app@sha256:${"1".repeat(64)}`)).toEqual([]);
});

test.each([
  ["ignroe: []", "ignore: "],
  ["ignore: [{ vulnerability: CVE-1, package: a, reason: try, expires: 2999-01-01 }]", "ignore.0.reason: "],
  ["ignore: [{ vulnerability: CVE-1, package: a, reason: a good reason, expires: soon }]", "ignore.0.expires: "],
  ["ignore: [", "YAMLParseError"],
])("%s is said in one sentence, with the file and the field", (text, where) => {
  const root = mkdtempSync(join(tmpdir(), "ignores-"));
  mkdirSync(join(root, "policies"));
  writeFileSync(join(root, "policies/vulnerabilities.yaml"), text);
  expect(() => readIgnores(root)).toThrow(`${join(root, "policies/vulnerabilities.yaml")}: ${where}`);
  rmSync(root, { recursive: true });
});

test("the committed ignores can be read", () => {
  for (const one of readIgnores(ROOT)) expect(Date.parse(one.expires)).toBeGreaterThan(0);
});

import { expect, test } from "vitest";
import { purlOf } from "../bases.ts";
import type { BuildRecord } from "../build.ts";
import { provenanceOf, scanPredicate } from "./attest.ts";
import { auditPredicate } from "./image.ts";
import type { Scan } from "./scan.ts";
import { type Trust, TYPES } from "./trust.ts";
import { judgeStatements, type Statements } from "./verify.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const DIGEST = "d".repeat(64);
const REF = `gcr.io/distroless/nodejs24-debian13:nonroot@sha256:${"b".repeat(64)}`;
const identity = "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main";
const production: Trust = {
  schemaVersion: 1,
  issuer: "https://issuer.example",
  identity,
  origins: ["registry"],
  maxScanAgeHours: 24,
  repositories: ["r"],
  requires: Object.values(TYPES),
  revoked: [],
};
const local: Trust = { ...production, origins: ["registry", "local"] };
const record: BuildRecord = {
  schemaVersion: 1,
  target: "stage-4",
  image: "i",
  imageId: "sha256:1",
  dockerfile: "docker/4-signed.Dockerfile",
  bases: [{ ref: REF, digest: `sha256:${"b".repeat(64)}`, origin: "hub" }],
  lockSha256: "1".repeat(64),
  commit: "c".repeat(40),
  dirty: false,
};
const expected = { digest: DIGEST, lockSha256: record.lockSha256, commit: record.commit, bases: [purlOf(REF)] };
const scan = (severity = "Low", timestamp = "2026-06-01T11:00:00Z", from = "live"): Scan => ({
  matches: [{ vulnerability: { id: "CVE-1", severity }, artifact: { name: "libc6", version: "1" } }],
  descriptor: {
    version: "0",
    timestamp,
    db: { status: { from, built: timestamp, valid: true }, providers: { debian: {} } },
  },
});
const node = { name: "node" };
const report = (status: string) => ({ image: { id: "sha256:1" }, results: [{ id: "RUN-1", outcome: { status } }] });
const statement = (name: string, predicate: unknown, digest = DIGEST): Statements[string][number] => ({
  subject: [{ digest: { sha256: digest } }],
  predicateType: TYPES[name] ?? "",
  predicate,
});
const good = (): Statements => ({
  sign: [statement("sign", {})],
  spdx: [statement("spdx", { packages: [node] })],
  cyclonedx: [statement("cyclonedx", { components: [node] })],
  provenance: [statement("provenance", provenanceOf(record, identity, "1"))],
  scan: [statement("scan", scanPredicate(scan()))],
  audit: [statement("audit", auditPredicate(report("pass")))],
});
const findings = (change: Partial<Statements>, trust = production) =>
  judgeStatements({ ...good(), ...(change as Statements) }, trust, expected, NOW).join("\n");
const provenance = (change: Partial<BuildRecord>, builder = identity) => ({
  provenance: [statement("provenance", provenanceOf({ ...record, ...change }, builder, "1"))],
});

test("the good image passes", () => {
  expect(findings({})).toBe("");
});

test.each(Object.keys(TYPES))("no statement of type %s is refused", (name) => {
  expect(findings({ [name]: [] })).toBe(`${name}: no statement by ${identity}`);
});

test.each([
  [
    "the bundle is an SBOM's",
    { sign: [statement("spdx", { packages: [node] })] },
    "a statement of type https://spdx.dev",
  ],
  ["it is about another image", { sign: [statement("sign", {}, "e".repeat(64))] }, "about another image"],
  [
    "it is about two images",
    { sign: [{ ...statement("sign", {}), subject: [DIGEST, "e"].map((sha256) => ({ digest: { sha256 } })) }] },
    "more than one",
  ],
  ["it is about none", { sign: [{ ...statement("sign", {}), subject: [] }] }, "about another image"],
  [
    "the SBOM lacks the run time",
    { spdx: [statement("spdx", { packages: [{ name: "express" }] })] },
    "node is not named",
  ],
  [
    "the second SBOM is empty",
    { cyclonedx: [...(good()["cyclonedx"] ?? []), statement("cyclonedx", { components: [] })] },
    "node is not named",
  ],
  ["another builder made it", provenance({}, `${identity}-evil`), "built by"],
  [
    "another base is named",
    provenance({ bases: [{ ref: REF.replace("nonroot", "debug"), digest: "sha256:b", origin: "hub" }] }),
    "expected pkg:docker",
  ],
  ["no base is named", provenance({ bases: [] }), "expected pkg:docker"],
  [
    "the base was swapped under its name",
    provenance({ bases: [{ ref: REF, digest: `sha256:${"e".repeat(64)}`, origin: "hub" }] }),
    "another image was used",
  ],
  ["another lock file was used", provenance({ lockSha256: "2".repeat(64) }), "another lock file"],
  ["another commit was built", provenance({ commit: "unknown" }), "another commit"],
  ["the work tree was changed", provenance({ dirty: true }), "uncommitted"],
  ["the scan found a critical", { scan: [statement("scan", scanPredicate(scan("Critical")))] }, "Critical: CVE-1"],
  ["the scan found a high", { scan: [statement("scan", scanPredicate(scan("High")))] }, "High: CVE-1"],
  [
    "a clean scan stands beside a bad one",
    { scan: [statement("scan", scanPredicate(scan("High"))), ...(good()["scan"] ?? [])] },
    "High",
  ],
  [
    "the scan is stale",
    { scan: [statement("scan", scanPredicate(scan("Low", "2026-05-30T00:00:00Z")))] },
    "accepted for 24 hours",
  ],
  [
    "the scan is of tomorrow",
    { scan: [statement("scan", scanPredicate(scan("Low", "2026-06-02T12:00:00Z")))] },
    "accepted for 24 hours",
  ],
  [
    "the scan has no date",
    { scan: [statement("scan", scanPredicate(scan("Low", "")))] },
    "scan: scanner.result.descriptor.timestamp: Too small",
  ],
  [
    "the scan's date is none",
    { scan: [statement("scan", scanPredicate(scan("Low", "yesterday")))] },
    "scan: metadata.scanFinishedOn: Invalid ISO datetime",
  ],
  [
    "a fixture was the database",
    { scan: [statement("scan", scanPredicate(scan("Low", undefined, "fixture")))] },
    "made with fixture",
  ],
  ["the audit failed", { audit: [statement("audit", auditPredicate(report("fail")))] }, "the image did not pass"],
  [
    "the audit could not tell",
    { audit: [statement("audit", auditPredicate(report("unknown")))] },
    "the image did not pass",
  ],
  [
    "the audit looked at nothing",
    { audit: [statement("audit", auditPredicate({ ...report("pass"), results: [] }))] },
    "did not pass",
  ],
])("refused: %s", (_, change, message) => {
  expect(findings(change)).toContain(message);
});

test("production refuses what was rebuilt, changed or scanned on a laptop; the laptop's own trust accepts it", () => {
  const rebuilt = provenance({ bases: [{ ref: REF, digest: "sha256:e", origin: "local" }], dirty: true });
  const scanned = { scan: [statement("scan", scanPredicate(scan("Low", undefined, "fixture")))] };
  expect(findings({ ...rebuilt, ...scanned }, local)).toBe("");
  expect(findings(rebuilt)).toMatch(/from local.*\n.*uncommitted/);
  expect(findings(provenance({ bases: [{ ref: REF, digest: "sha256:e", origin: "look-alike" }] }), local)).toContain(
    "look-alike",
  );
});

test("what the trust does not require may be missing; what is there is judged all the same", () => {
  const lax = { ...production, requires: Object.values(TYPES).filter((type) => type !== TYPES["audit"]) };
  expect(findings({ audit: [] }, lax)).toBe("");
  expect(findings({ audit: [statement("audit", auditPredicate(report("fail")))] }, lax)).toContain("did not pass");
});

test("a revoked digest is refused although everything about it verifies", () => {
  expect(findings({}, { ...production, revoked: [`sha256:${DIGEST}`] })).toBe(`sha256:${DIGEST} is revoked`);
  expect(findings({}, { ...production, revoked: [`sha256:${"e".repeat(64)}`] })).toBe("");
});

/** A copy without one field, named as the finding should name it. */
function without(predicate: object, path: string): object {
  const copy = structuredClone(predicate);
  const names = path.split(".");
  const last = names.pop() ?? "";
  const parent = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], copy);
  expect(parent).toHaveProperty([last]);
  delete (parent as Record<string, unknown>)[last];
  return copy;
}

test.each([
  ["spdx", "packages"],
  ["spdx", "packages.0.name"],
  ["cyclonedx", "components"],
  ["provenance", "buildDefinition"],
  ["provenance", "buildDefinition.internalParameters.uncommittedChanges"],
  ["provenance", "buildDefinition.resolvedDependencies"],
  ["provenance", "buildDefinition.resolvedDependencies.0.uri"],
  ["provenance", "buildDefinition.resolvedDependencies.2.annotations.origin"],
  ["provenance", "runDetails.builder.id"],
  ["scan", "scanner.result.matches"],
  ["scan", "scanner.result.matches.0.vulnerability.severity"],
  ["scan", "scanner.result.descriptor.db.status"],
  ["scan", "metadata.scanFinishedOn"],
  ["audit", "result"],
  ["audit", "failedTests"],
])("a %s statement without %s is refused by a sentence that names the field", (name, path) => {
  const [whole] = good()[name] ?? [];
  const malformed = statement(name, without(whole?.predicate as object, path));
  expect(findings({ [name]: [malformed] })).toMatch(
    new RegExp(`^${name}: ${path.replaceAll(".", "\\.")}: Invalid input`),
  );
  expect(findings({ [name]: [...(good()[name] ?? []), malformed] })).toContain(`${name}: ${path}: `);
});

test.each([undefined, null, "PASSED", []])("a predicate that is %j is refused", (predicate) => {
  for (const name of Object.keys(TYPES).filter((one) => one !== "sign"))
    expect(findings({ [name]: [statement(name, predicate)] }), name).toMatch(new RegExp(`^${name}: .*nvalid input`));
});

test("the source of a build is the repository of the workflow that built it", () => {
  const builder = "https://github.com/owner/service/.github/workflows/release.yml@refs/heads/main";
  expect(provenanceOf(record, builder, "1")).toMatchObject({
    buildDefinition: {
      buildType: "https://github.com/owner/service/blob/main/docs/supply-chain.md#provenance",
      resolvedDependencies: expect.arrayContaining([
        { uri: "git+https://github.com/owner/service", digest: { gitCommit: record.commit } },
      ]) as unknown,
    },
  });
});

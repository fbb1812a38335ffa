import { join } from "node:path";
import { z } from "zod";
import { type Gate, type Judged, readJson, text } from "./gate.ts";
import { CycloneDx, purlsOf } from "./sbom.ts";
import { readTrust, revokedIn } from "./trust.ts";

const IGNORES = "policies/vulnerabilities.yaml";
const VEX = "policies/openvex.json";

const vulnerability = z.looseObject({ id: text, severity: text });
const Match = z.looseObject({ vulnerability, artifact: z.looseObject({ name: text, version: z.string() }) });
type Match = z.infer<typeof Match>;
const status = z.looseObject({ from: text, built: z.string(), valid: z.boolean() });
const db = z.looseObject({ status, providers: z.looseObject({}) });
const descriptor = z.looseObject({ version: text, timestamp: text, db });
const ignoredMatches = z.array(z.looseObject({ appliedIgnoreRules: z.array(z.looseObject({})) })).optional();
/** Of the scanner's report, what is judged. All of it is attested. */
export const Scan = z.looseObject({ matches: z.array(Match), ignoredMatches, descriptor });
export type Scan = z.infer<typeof Scan>;

const Ignore = z.strictObject({ vulnerability: text, package: text, reason: text.min(10), expires: z.iso.date() });
export type Ignore = z.infer<typeof Ignore>;

/** What blocks. A severity that nobody knows by name blocks too. */
export const isGrave = ({ vulnerability }: Match): boolean =>
  !["Medium", "Low", "Negligible", "Unknown"].includes(vulnerability.severity);
export const nameOf = ({ vulnerability: { id, severity }, artifact: { name, version } }: Match): string =>
  `${severity}: ${id} in ${name} ${version}`;

/**
 * One policy everywhere: critical or high blocks, unless ignored with a reason that has not expired. And a scan that
 * looked nothing up is none.
 * @param packages how many were to be looked up
 * @param canary a finding that a working database has for sure
 */
export function judgeScan(scan: Scan, packages: number, ignores: Ignore[], canary = "", now = Date.now()): Judged {
  const { status, providers } = scan.descriptor.db;
  const { matches } = withoutIgnored(scan, ignores, now);
  const expired = ignores.filter(({ expires }) => Date.parse(expires) <= now);
  const findings = expired.map((one) => `${IGNORES}: the ignore of ${one.vulnerability} expired on ${one.expires}`);
  findings.push(...matches.filter(isGrave).map(nameOf));
  const own = scan.ignoredMatches?.filter(({ appliedIgnoreRules: [rule] }) => rule?.["vex-status"] === undefined) ?? [];
  if (own.length > 0) findings.push(`the scanner's own configuration ignores ${own.length} findings: use ${IGNORES}`);
  if (packages === 0) findings.push("the SBOM is empty: nothing was scanned");
  if (!status.valid || Object.keys(providers).length === 0) findings.push("the vulnerability database is not valid");
  const hours = (now - Date.parse(status.built)) / 3_600_000;
  if (!(hours < 120)) findings.push(`the database is stale: built ${status.built}`);
  if (canary !== "" && !scan.matches.some(({ vulnerability }) => vulnerability.id === canary))
    findings.push(`the database's canary ${canary} was not found: nothing was looked up`);
  const seen = `${packages} packages: ${matches.length} findings below high, ${ignores.length} ignored`;
  return { findings, seen: `${seen}; database: ${status.from}, ${status.built}` };
}

/** The scan as it is attested: what the policy ignores, until its day, stands with what VEX ignores. */
export function withoutIgnored(scan: Scan, all: Ignore[], now = Date.now()): Scan {
  const ignores = all.filter(({ expires }) => Date.parse(expires) > now);
  const ruleOf = ({ vulnerability, artifact }: Match) =>
    ignores.find((rule) => rule.vulnerability === vulnerability.id && rule.package === artifact.name);
  const matches = scan.matches.filter((match) => !ruleOf(match));
  const hidden = scan.matches.filter(ruleOf);
  const ignored = hidden.map((match) => ({ ...match, appliedIgnoreRules: [{ ...ruleOf(match) }] }));
  return { ...scan, matches, ignoredMatches: [...(scan.ignoredMatches ?? []), ...ignored] };
}

/** @throws PipelineError CONFIGURATION with the field that is wrong */
export const readIgnores = (root: string): Ignore[] =>
  readJson(z.strictObject({ ignore: z.array(Ignore) }), root, IGNORES).ignore;

/** A scan of one SBOM. Knowledge of the same packages grows: a stored pass holds for half a day. */
const scanGate = (name: string, sbom: string): Gate => ({
  name,
  inputs: ({ root }) => ({
    files: [IGNORES, VEX, "pnpm-lock.yaml"].map((file) => join(root, file)),
    values: ["GRYPE_DB_CACHE_DIR", "SCAN_CANARY"].map((variable) => process.env[variable] ?? ""),
  }),
  validHours: 12,
  judge: (folder, { root, out }) => {
    const packages = purlsOf(readJson(CycloneDx, out, sbom)).length;
    return judgeScan(readJson(Scan, folder, "scan.json"), packages, readIgnores(root), process.env["SCAN_CANARY"]);
  },
});

/** What the lock file brings, development tools included. */
export const audit = scanGate("audit", "audit/sbom.json");
/** What is in the image. */
export const scan = scanGate("scan", "sbom/sbom.cdx.json");
/** What was signed, scanned again. Here ends what is no scan, before it makes an image young; its findings are attested. */
export const rescan: Gate = {
  name: "rescan",
  before: ({ trust, subject = "" }) => revokedIn(readTrust(trust), subject),
  judge: (folder) => {
    const { matches, ...rest } = readJson(Scan, folder, "scan.json");
    const lower = matches.filter((match) => !isGrave(match));
    const packages = purlsOf(readJson(CycloneDx, folder, "sbom.json")).length;
    const { findings, seen } = judgeScan({ ...rest, matches: lower }, packages, [], process.env["SCAN_CANARY"]);
    return { findings, seen: `${matches.length - lower.length} critical or high for restate to judge; ${seen}` };
  },
};

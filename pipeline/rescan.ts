import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./bake.ts";

type Scan = {
  descriptor: { version: string; timestamp: string; db: { status: { from: string; built: string } } };
  matches: { vulnerability: { id: string; severity: string } }[];
};

const folder = join(ROOT, "out/rescan");
const [subject = ""] = process.argv.slice(2);

/** cosign's predicate of a scan: which scanner, which database, when, and all that it said. */
export function scanPredicate(result: Scan): object {
  const { version, timestamp, db } = result.descriptor;
  const database = { uri: db.status.from, version: db.status.built };
  return {
    invocation: { parameters: null, uri: "", event_id: "", "builder.id": "" },
    scanner: { uri: `pkg:github/anchore/grype@${version}`, version, db: database, result },
    metadata: { scanStartedOn: timestamp, scanFinishedOn: timestamp },
  };
}

/** The signed SBOMs, out of the envelopes that cosign verified and printed, one a line. */
export function sbomsOf(lines: string): unknown[] {
  return lines
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => (JSON.parse(line) as { payload: string }).payload)
    .map((payload) => (JSON.parse(Buffer.from(payload, "base64").toString()) as { predicate: unknown }).predicate);
}

/** @returns the grave findings of one SBOM, after its scan was attested */
function rescan(sbom: unknown, index: number): string[] {
  const [list, scan, predicate] = ["sbom", "scan", "predicate"].map((name) => join(folder, `${name}-${index}.json`));
  writeFileSync(list ?? "", JSON.stringify(sbom));
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { cwd: ROOT, stdio: "inherit" });
  run("grype", `sbom:${list}`, "--vex", "policies/openvex.json", "--output", `json=${scan}`, "--quiet");
  const result = JSON.parse(readFileSync(scan ?? "", "utf8")) as Scan;
  writeFileSync(predicate ?? "", JSON.stringify(scanPredicate(result)));
  const type = "https://cosign.sigstore.dev/attestation/vuln/v1";
  run("cosign", "attest", "--yes", "--type", type, "--predicate", predicate ?? "", subject);
  const grave = result.matches.filter(({ vulnerability }) => ["Critical", "High"].includes(vulnerability.severity));
  return grave.map(({ vulnerability: { id, severity } }) => `${severity}: ${id}`);
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  const sboms = sbomsOf(readFileSync(join(folder, "sboms.jsonl"), "utf8"));
  const findings = sboms.flatMap(rescan);
  process.stdout.write(`${sboms.length} SBOMs of ${subject} scanned: ${findings.join(", ") || "nothing grave"}\n`);
  process.exitCode = sboms.length === 0 ? 3 : findings.length === 0 ? 0 : 1; // no SBOM, no scan
}

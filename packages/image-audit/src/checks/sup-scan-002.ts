import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { readScan } from "../supply/scan.ts";

export const supScan002 = defineSupplyCheck({
  id: "SUP-SCAN-002",
  title: "No attested scan has a critical or high finding",
  severity: "critical",
  rationale:
    "Every scan counts, not the last one: a clean scan beside a bad one would otherwise hide it, and the order of the " +
    "list is anybody's.",
  remediation:
    "Update the package or the base and release again; a finding that does not apply is stated in VEX first.",
  references: ["https://github.com/anchore/grype"],
  judge(observation) {
    const scans = predicatesOf(observation, TYPES.scan).map(readScan);
    if (scans.length === 0) return fail("Attest a scan.", "no scan is attested");
    const problems = scans.flatMap((scan) => {
      if (scan === undefined) return ["a scan cannot be read"];
      return scan.scanner.result.matches
        .filter(({ vulnerability }) => ["critical", "high"].includes(vulnerability.severity.toLowerCase()))
        .map(({ vulnerability: { id, severity }, artifact }) =>
          `${severity}: ${id} in ${artifact?.name ?? "?"} ${artifact?.version ?? ""}`.trimEnd(),
        );
    });
    if (problems.length > 0) return fail("Update what is affected and release again.", ...new Set(problems));
    return pass(
      ...scans.map((scan) => `${scan?.scanner.uri}: ${scan?.scanner.result.matches.length} findings, none high`),
    );
  },
});

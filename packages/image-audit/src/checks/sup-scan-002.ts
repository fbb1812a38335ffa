import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { databaseOf, isGrave, readScan } from "../supply/scan.ts";

export const supScan002 = defineSupplyCheck({
  id: "SUP-SCAN-002",
  title: "No attested scan has a critical or high finding, and each asked a real database",
  severity: "critical",
  rationale:
    "Every scan counts, not the last one: a clean scan beside a bad one would otherwise hide it, and the order of the " +
    "list is anybody's. A severity that nobody knows by name may be grave. A database made for tests finds nothing.",
  remediation:
    "Update the package or the base and release again, scanned with a real database; a finding that does not apply is " +
    "stated in VEX first.",
  references: ["https://github.com/anchore/grype"],
  judge(observation) {
    const scans = predicatesOf(observation, TYPES.scan).map(readScan);
    if (scans.length === 0) return fail("Attest a scan.", "no scan is attested");
    const problems = scans.flatMap((scan) => {
      if (scan === undefined) return ["a scan cannot be read"];
      const from = databaseOf(scan);
      const isFixture = from.startsWith("fixture") && !observation.trust.origins.includes("local");
      const grave = scan.scanner.result.matches.filter(isGrave);
      return [
        ...(from === "" ? ["a scan does not say which database it asked"] : []),
        ...(isFixture ? [`a scan was made with ${from}`] : []),
        ...grave.map(({ vulnerability: { id, severity }, artifact }) =>
          `${severity}: ${id} in ${artifact?.name ?? "?"} ${artifact?.version ?? ""}`.trimEnd(),
        ),
      ];
    });
    if (problems.length > 0)
      return fail("Update what is affected, scan with a real database and release again.", ...new Set(problems));
    return pass(
      ...scans.map((scan) => `${scan?.scanner.uri}: ${scan?.scanner.result.matches.length} findings, none high`),
    );
  },
});

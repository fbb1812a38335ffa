import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { readScan } from "../supply/scan.ts";

const HOUR = 3_600_000;

export const supScan001 = defineSupplyCheck({
  id: "SUP-SCAN-001",
  title: "The image was scanned lately",
  severity: "high",
  rationale: "An image does not change, what is known about it does: an old scan is silent about everything since.",
  remediation: "Scan again and attest the result; the weekly workflow does.",
  references: ["https://github.com/sigstore/cosign/blob/main/specs/COSIGN_VULN_ATTESTATION_SPEC.md"],
  judge(observation) {
    const limit = observation.trust.maxScanAgeHours;
    const scans = predicatesOf(observation, TYPES.scan).map(readScan);
    const ages = scans.flatMap((scan) =>
      scan === undefined
        ? []
        : [(Date.parse(observation.observedAt) - Date.parse(scan.metadata.scanFinishedOn)) / HOUR],
    );
    const [newest] = ages.toSorted((a, b) => a - b);
    if (newest === undefined) return fail("Attest a scan.", "no scan is attested, or none that can be read");
    if (newest < -1) return fail("Scan again.", `a scan says it ends ${Math.ceil(-newest)} hours from now`);
    const said = `the newest scan is ${Math.max(0, Math.floor(newest))} hours old, the limit is ${limit}`;
    return newest <= limit ? pass(said) : fail("Scan again.", said);
  },
});

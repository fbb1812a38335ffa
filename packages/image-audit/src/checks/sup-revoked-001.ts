import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck } from "../supply/check.ts";

export const supRevoked001 = defineSupplyCheck({
  id: "SUP-REVOKED-001",
  title: "No digest of the image is revoked",
  severity: "critical",
  rationale: "A signature cannot be taken back: an image found bad later still verifies, wherever it was copied to.",
  remediation: "Release a new image; a revoked digest stays in trust.json.",
  references: ["https://docs.sigstore.dev/cosign/verifying/verify/"],
  judge({ subjects, trust: { revoked } }) {
    const found = subjects.filter(({ digest }) => revoked.includes(digest));
    if (found.length === 0) return pass(`none of ${subjects.length} digests is among the ${revoked.length} revoked`);
    return fail("Release a new image.", ...found.map(({ digest }) => `${digest} is revoked`));
  },
});

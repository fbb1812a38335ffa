import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, refusals, TYPES } from "../supply/check.ts";

export const supSign001 = defineSupplyCheck({
  id: "SUP-SIGN-001",
  title: "The named digest is signed by exactly the trusted workflow",
  severity: "critical",
  rationale:
    "Without it anybody who can push to the registry can replace the image. Any other statement is no signature: an " +
    "SBOM says what is inside, not that somebody meant to release it.",
  remediation: "Sign the digest in the release workflow: cosign sign --yes REPOSITORY@DIGEST.",
  references: ["https://docs.sigstore.dev/cosign/verifying/verify/"],
  judge(observation) {
    const { trust, image } = observation;
    if (predicatesOf(observation, TYPES.sign).length > 0) return pass(`${image.id} is signed by ${trust.identity}`);
    const found = refusals(observation);
    return fail("Sign this digest in the release workflow.", ...(found.length > 0 ? found : ["no signature at all"]));
  },
});

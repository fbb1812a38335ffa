import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, TYPES, verified } from "../supply/check.ts";

export const supSign002 = defineSupplyCheck({
  id: "SUP-SIGN-002",
  title: "Each platform's image of an index is signed too",
  severity: "high",
  rationale:
    "A node may be told the digest of one platform, and then a verifier sees that image and not the index that names it.",
  remediation: "Sign recursively: cosign sign --recursive --yes REPOSITORY@DIGEST.",
  references: ["https://github.com/opencontainers/image-spec/blob/main/image-index.md"],
  judge({ subjects: [named, ...children] }) {
    if (children.length === 0) return pass(`${named.digest} is one image, no index`);
    const unsigned = children.filter(({ attestations }) => verified(attestations, TYPES.sign).length === 0);
    if (unsigned.length === 0) return pass(`${children.length} images are signed`);
    return fail("Sign them.", ...unsigned.map(({ digest, platform }) => `${platform} is not signed: ${digest}`));
  },
});

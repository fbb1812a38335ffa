import { z } from "zod";
import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";

const Spdx = z.object({ packages: z.array(z.object({ name: z.string() })).min(1) });
const CycloneDx = z.object({ components: z.array(z.object({ name: z.string() })).min(1) });

export const supSbom001 = defineSupplyCheck({
  id: "SUP-SBOM-001",
  title: "The list of what is inside is attested, as SPDX and as CycloneDX, and Node is in it",
  severity: "high",
  rationale:
    "When a vulnerability is published, the list says within seconds which images have it. An empty list says: none.",
  remediation: "Attest both documents in the release workflow: cosign attest --type spdxjson, --type cyclonedx.",
  references: ["https://spdx.dev/", "https://cyclonedx.org/"],
  judge(observation) {
    const spdx = predicatesOf(observation, TYPES.spdx).map((predicate) => Spdx.safeParse(predicate).data?.packages);
    const cyclonedx = predicatesOf(observation, TYPES.cyclonedx).map(
      (predicate) => CycloneDx.safeParse(predicate).data?.components,
    );
    const problems = [
      ...(spdx.length === 0 ? ["no SPDX document is attested"] : []),
      ...(cyclonedx.length === 0 ? ["no CycloneDX document is attested"] : []),
      ...[...spdx, ...cyclonedx]
        .filter((packages) => packages?.some(({ name }) => name === "node") !== true)
        .map((packages) => `a document lists ${packages?.length ?? 0} packages, and Node is not one of them`),
    ];
    if (problems.length > 0) return fail("Attest the image's SBOM in both formats.", ...problems);
    return pass(...spdx.map((packages) => `SPDX: ${packages?.length} packages`), `CycloneDX: ${cyclonedx.length}`);
  },
});

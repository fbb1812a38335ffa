import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { basesOf, isUncommitted, Provenance } from "../supply/provenance.ts";

export const supProv001 = defineSupplyCheck({
  id: "SUP-PROV-001",
  title:
    "Provenance names the trusted builder, a commit without further changes, and every base by digest, from an accepted origin",
  severity: "high",
  rationale:
    "A signature says who; provenance says from what. A base that was swapped, or a stand-in rebuilt on a laptop, makes " +
    "another image than the one that was reviewed. So does a change that was never committed.",
  remediation:
    "Attest provenance in the workflow that built the image, from the digests the build really used and a clean checkout.",
  references: ["https://slsa.dev/spec/v1.0/provenance"],
  judge(observation) {
    const { trust } = observation;
    const all = predicatesOf(observation, TYPES.provenance).map((predicate) => Provenance.safeParse(predicate).data);
    if (all.length === 0) return fail("Attest provenance.", "no provenance is attested");
    const problems = all.flatMap((provenance) => {
      if (provenance === undefined) return ["a provenance cannot be read"];
      const bases = basesOf(provenance);
      const builder = provenance.runDetails.builder.id;
      const uncommitted = isUncommitted(provenance);
      return [
        ...(builder === trust.identity ? [] : [`built by ${builder}, expected ${trust.identity}`]),
        ...(uncommitted === undefined ? ["does not say whether there were uncommitted changes"] : []),
        ...(uncommitted === true && !trust.origins.includes("local") ? ["built from uncommitted changes"] : []),
        ...(bases.length === 0 ? ["names no base"] : []),
        ...bases
          .filter(({ digest }) => !/^[0-9a-f]{64}$/.test(digest))
          .map(({ name }) => `${name}: no digest of the base`),
        ...bases
          .filter(({ origin }) => !trust.origins.includes(origin))
          .map(({ name, origin }) => `${name} came from "${origin}", accepted is ${trust.origins.join(" or ")}`),
      ];
    });
    if (problems.length > 0) return fail("Build a commit, from bases of an accepted origin.", ...problems);
    const named = all.flatMap((provenance) => (provenance === undefined ? [] : basesOf(provenance)));
    return pass(...named.map(({ name, digest }) => `${name}@sha256:${digest}`));
  },
});

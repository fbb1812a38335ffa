import { fail, pass, unknown } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { basesOf, Provenance } from "../supply/provenance.ts";

export const supBase001 = defineSupplyCheck({
  id: "SUP-BASE-001",
  title: "Every base is of an approved repository",
  severity: "high",
  rationale: "The base is most of the image: whoever maintains it decides what runs and how soon it is patched.",
  remediation: "Build from an approved base, or approve this one after looking at who maintains it.",
  references: ["https://slsa.dev/spec/v1.0/provenance"],
  judge(observation) {
    const { bases: approved } = observation.trust;
    if (approved === undefined) return unknown("no approved bases were given: --bases");
    const provenances = predicatesOf(observation, TYPES.provenance).map((one) => Provenance.safeParse(one).data);
    const bases = provenances.flatMap((provenance) => (provenance === undefined ? [] : basesOf(provenance)));
    if (bases.length === 0) return fail("Attest provenance.", "no provenance names a base");
    const others = bases.filter(({ name }) => !approved.includes(name));
    if (others.length > 0) return fail("Use an approved base.", ...others.map(({ name }) => `${name} is not approved`));
    return pass(...new Set(bases.map(({ name }) => `${name} is approved`)));
  },
});

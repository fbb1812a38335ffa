import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";
import { lockFilesOf, Provenance } from "../supply/provenance.ts";

export const supLock001 = defineSupplyCheck({
  id: "SUP-LOCK-001",
  title: "Provenance names the lock file that the dependencies came from, by hash",
  severity: "medium",
  rationale:
    "A lock file holds the hash of every package. Without it nobody can say later which packages were installed.",
  remediation: "Install frozen from a committed lock file and name it in the provenance with its SHA-256.",
  references: ["https://slsa.dev/spec/v1.0/provenance", "https://pnpm.io/cli/install#--frozen-lockfile"],
  judge(observation) {
    const all = predicatesOf(observation, TYPES.provenance).map((one) => Provenance.safeParse(one).data);
    if (all.length === 0) return fail("Attest provenance.", "no provenance is attested");
    const locks = all.map((provenance) => (provenance === undefined ? [] : lockFilesOf(provenance)));
    if (locks.some((files) => files.length === 0))
      return fail("Name the lock file.", "a provenance names no lock file by SHA-256");
    return pass(...new Set(locks.flat()));
  },
});

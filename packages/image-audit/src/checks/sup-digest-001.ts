import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck } from "../supply/check.ts";

export const supDigest001 = defineSupplyCheck({
  id: "SUP-DIGEST-001",
  title: "Manifests, configuration and layers in the registry are the bytes of their digests",
  severity: "critical",
  rationale:
    "A signature covers the manifest's digest. Verifiers of signatures do not read layers: one whose bytes were changed " +
    "in the registry's storage still verifies.",
  remediation: "Do not use this copy; push the image again from where it was built.",
  references: ["https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests"],
  judge({ contents }) {
    const wrong = contents.filter(({ digest, actual }) => digest !== actual);
    if (wrong.length === 0) return pass(`${contents.length} manifests and blobs were read and hashed`);
    const said = wrong.map(({ kind, digest, actual }) => ({
      message: actual === null ? `${kind} ${digest} is not there, or is another` : `${kind} has the bytes of ${actual}`,
      layer: digest,
    }));
    return fail("Push the image again.", ...said);
  },
});

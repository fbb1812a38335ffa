import { join } from "node:path";
import { type Gate, readJson } from "./gate.ts";

type CycloneDx = { components: { purl?: string }[] };

/** Package URLs without the qualifiers that each tool adds in its own way. */
export function purlsOf({ components }: CycloneDx): string[] {
  return components.flatMap(({ purl }) => purl?.split(/[?#]/)[0] ?? []);
}

/**
 * The run time is named, the distribution, and everything that the build installed: that list comes from the package
 * manager, so what a scanner overlooks shows.
 */
export function judgeSbom(cycloneDx: CycloneDx, installed: CycloneDx): string[] {
  const purls = purlsOf(cycloneDx);
  const kinds = ["pkg:generic/node@", "pkg:deb/", "pkg:npm/"].filter(
    (kind) => !purls.some((purl) => purl.startsWith(kind)),
  );
  const overlooked = purlsOf(installed).filter((purl) => !purls.includes(purl));
  return [...kinds, ...overlooked].map((purl) => `the SBOM does not name ${purl}`);
}

export const sbom: Gate = {
  name: "sbom",
  inputs: ({ root, repository }) => ({ files: [join(root, "out/stage-4.sbom.json")], values: [repository] }),
  judge: (folder, { root }) => {
    const cycloneDx = readJson(folder, "sbom.cdx.json") as CycloneDx;
    const findings = judgeSbom(cycloneDx, readJson(root, "out/stage-4.sbom.json") as CycloneDx);
    return { findings, seen: `${purlsOf(cycloneDx).length} packages, all that was installed among them` };
  },
};

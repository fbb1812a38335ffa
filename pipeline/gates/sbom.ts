import { join } from "node:path";
import { z } from "zod";
import { type Gate, readJson } from "./gate.ts";

export const CycloneDx = z.object({ components: z.array(z.object({ purl: z.string().optional() })) });
type CycloneDx = z.infer<typeof CycloneDx>;

const Reference = z.object({ referenceType: z.string(), referenceLocator: z.string() });
const Spdx = z.object({ packages: z.array(z.object({ externalRefs: z.array(Reference).default([]) })) });

/** Package URLs without the qualifiers that each tool adds in its own way. */
export function purlsOf({ components }: CycloneDx): string[] {
  return components.flatMap(({ purl }) => purl?.split(/[?#]/)[0] ?? []);
}

/** The same of the other format, which counts the image itself among its packages. */
function spdxPurls({ packages }: z.infer<typeof Spdx>): string[] {
  const references = packages.flatMap(({ externalRefs }) => externalRefs.filter((one) => one.referenceType === "purl"));
  const components = references.map(({ referenceLocator }) => ({ purl: referenceLocator }));
  return purlsOf({ components }).filter((purl) => !purl.startsWith("pkg:oci/"));
}

/**
 * The run time is named, the distribution, and everything that the build installed: that list comes from the package
 * manager, so what a scanner overlooks shows. And both formats name the same, since one is scanned and either is read.
 */
export function judgeSbom(cycloneDx: CycloneDx, spdx: z.infer<typeof Spdx>, installed: CycloneDx): string[] {
  const [purls, others] = [purlsOf(cycloneDx), spdxPurls(spdx)];
  const kinds = ["pkg:generic/node@", "pkg:deb/", "pkg:npm/"].filter(
    (kind) => !purls.some((purl) => purl.startsWith(kind)),
  );
  const overlooked = [...purlsOf(installed), ...others].filter((purl) => !purls.includes(purl));
  const missing = purls.filter((purl) => !others.includes(purl)).map((purl) => `its SPDX form does not name ${purl}`);
  return [...[...kinds, ...overlooked].map((purl) => `the SBOM does not name ${purl}`), ...missing];
}

export const sbom: Gate = {
  name: "sbom",
  inputs: ({ root, repository }) => ({ files: [join(root, "out/stage-4.sbom.json")], values: [repository] }),
  judge: (folder, { root }) => {
    const cycloneDx = readJson(CycloneDx, folder, "sbom.cdx.json");
    const installed = readJson(CycloneDx, root, "out/stage-4.sbom.json");
    const findings = judgeSbom(cycloneDx, readJson(Spdx, folder, "sbom.spdx.json"), installed);
    return { findings, seen: `${purlsOf(cycloneDx).length} packages, all that was installed among them` };
  },
};

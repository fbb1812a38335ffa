import { expect, test } from "vitest";
import { judgeSbom } from "./sbom.ts";

const of = (...purls: string[]) => ({ components: purls.map((purl) => ({ purl })) });
const spdxOf = (...purls: string[]) => ({
  packages: purls.map((purl) => ({ externalRefs: [{ referenceType: "purl", referenceLocator: purl }] })),
});
const full = ["pkg:generic/node@24.21.0", "pkg:deb/debian/libc6@2.41?arch=amd64", "pkg:npm/express@5.3.0"];

test("a complete SBOM passes; qualifiers and files do not matter", () => {
  const files = { components: [...of(...full).components, {}] };
  const spdx = spdxOf(...full, "pkg:oci/app@sha256%3Aa?arch=amd64");
  spdx.packages.push({ externalRefs: [] });
  expect(judgeSbom(files, spdx, of("pkg:npm/express@5.3.0?vcs_url=x"))).toEqual([]);
});

test.each(full)("one without %s does not", (missing) => {
  const left = full.filter((purl) => purl !== missing);
  expect(judgeSbom(of(...left), spdxOf(...left), of())).toHaveLength(1);
});

test("what was installed and overlooked is named, in another version too", () => {
  expect(judgeSbom(of(...full), spdxOf(...full), of("pkg:npm/qs@6.0.0", "pkg:npm/express@5.2.0"))).toEqual([
    "the SBOM does not name pkg:npm/qs@6.0.0",
    "the SBOM does not name pkg:npm/express@5.2.0",
  ]);
});

test("the two formats name the same", () => {
  expect(judgeSbom(of(...full), spdxOf(...full, "pkg:npm/qs@6.0.0"), of())).toEqual([
    "the SBOM does not name pkg:npm/qs@6.0.0",
  ]);
  expect(judgeSbom(of(...full), spdxOf(...full.slice(0, 2)), of())).toEqual([
    "its SPDX form does not name pkg:npm/express@5.3.0",
  ]);
});

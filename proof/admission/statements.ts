type Said = { internalParameters?: object | undefined; descriptor?: object | undefined };

/** Of which database a scan tells, as the scanner does. */
export const database = (from: string) => ({ db: { status: { from } } });

const good: Said = {
  internalParameters: { uncommittedChanges: false },
  descriptor: database("https://example.com/db.tar.zst"),
};

/**
 * What the release workflow states about an image, each well-formed and good.
 * @param said what one of them says otherwise; undefined leaves it out
 */
export function statements(builder: string, said: Said = {}): Record<string, object> {
  const { internalParameters, descriptor } = { ...good, ...said };
  const now = new Date().toISOString();
  const base = { uri: "pkg:docker/node@24", digest: { sha256: "b".repeat(64) }, annotations: { origin: "registry" } };
  return {
    "https://spdx.dev/Document": { spdxVersion: "SPDX-2.3", packages: [{ name: "node", versionInfo: "24.21.0" }] },
    "https://cyclonedx.org/bom": { bomFormat: "CycloneDX", components: [{ name: "node", version: "24.21.0" }] },
    "https://slsa.dev/provenance/v1": {
      buildDefinition: { buildType: "https://example.com/build", internalParameters, resolvedDependencies: [base] },
      runDetails: { builder: { id: builder } },
    },
    "https://cosign.sigstore.dev/attestation/vuln/v1": {
      scanner: { uri: "pkg:generic/grype", result: { matches: [{ vulnerability: { severity: "Low" } }], descriptor } },
      metadata: { scanStartedOn: now, scanFinishedOn: now },
    },
    "https://in-toto.io/attestation/test-result/v0.1": { result: "PASSED", failedTests: [] },
  };
}

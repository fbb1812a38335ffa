import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Run } from "pipeline/started";

const exec = promisify(execFile);
type Environment = Record<string, string>;

/** Pushes an image of one small file; who verifies a signature does not look inside. Returns it by digest. */
export async function pushImage(run: Run, repository: string, content: string): Promise<string> {
  const folder = mkdtempSync(join(run.folder, "image-"));
  writeFileSync(join(folder, "content"), content);
  const layer = join(folder, "layer.tar");
  await exec("tar", ["-cf", layer, "-C", folder, "content"]);
  const args = ["append", "--oci-empty-base", `--new_layer=${layer}`, `--new_tag=${repository}:latest`];
  const { stdout } = await exec("crane", args, { env: { ...process.env, HOME: folder } });
  return `${repository}@${stdout.trim().split("@")[1]}`;
}

/** What the release workflow states about an image, each well-formed and good. */
export function statements(builder: string): Record<string, object> {
  const now = new Date().toISOString();
  const base = { uri: "pkg:docker/node@24", digest: { sha256: "b".repeat(64) }, annotations: { origin: "registry" } };
  return {
    "https://spdx.dev/Document": { spdxVersion: "SPDX-2.3", packages: [{ name: "node", versionInfo: "24.21.0" }] },
    "https://slsa.dev/provenance/v1": {
      buildDefinition: { buildType: "https://example.com/build", resolvedDependencies: [base] },
      runDetails: { builder: { id: builder } },
    },
    "https://cosign.sigstore.dev/attestation/vuln/v1": {
      scanner: { uri: "pkg:generic/grype", result: { matches: [{ vulnerability: { severity: "Low" } }] } },
      metadata: { scanStartedOn: now, scanFinishedOn: now },
    },
    "https://in-toto.io/attestation/test-result/v0.1": { result: "PASSED", failedTests: [] },
  };
}

/** Signs with the ambient identity, as the workflow does. */
export const sign = (image: string, env: Environment) => cosign(["sign", "--yes", image], env);

/** Attests one after the other: on a registry without the referrers API two at once lose one. */
export async function attest(run: Run, image: string, what: Record<string, object>, env: Environment): Promise<void> {
  const folder = join(run.folder, "predicates");
  mkdirSync(folder, { recursive: true });
  for (const [type, predicate] of Object.entries(what)) {
    const file = join(folder, "predicate.json");
    writeFileSync(file, JSON.stringify(predicate));
    await cosign(["attest", "--yes", "--type", type, "--predicate", file, image], env);
  }
}

const cosign = (args: string[], env: Environment) => exec("cosign", args, { env: { ...process.env, ...env } });

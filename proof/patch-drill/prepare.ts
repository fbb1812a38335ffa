import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { acceptingLocal, changed, localPolicies } from "../admission/local-policies.ts";
import { type RepositoryCopy, ROOT } from "../repository-copy.ts";
import type { Sigstore } from "../sigstore/stack.ts";
import type { Scene } from "./scene.ts";

/**
 * What a team does once after it has cloned: its own repository, signer and trust root instead of the example's, in
 * `policies/` and the overlay. What "local" among the origins means is accepted, as by the local Sigstore's own trust file.
 */
export function nameServices(copy: RepositoryCopy, repository: string, sigstore: Sigstore): void {
  const trust = JSON.parse(readFileSync(sigstore.trust, "utf8")) as { origins: string[] };
  copy.write("policies/trust.json", JSON.stringify({ ...trust, repositories: [repository] }));
  const accepted = trust.origins.map((origin) => `'${origin}'`).join(", ");
  const write = (file: string, policies: object[]) =>
    copy.write(join("policies", file), policies.map((policy) => JSON.stringify(policy)).join("\n---\n")); // JSON is YAML
  write("kubernetes/image-source.yaml", localPolicies("kubernetes/image-source.yaml", repository, sigstore));
  for (const file of ["kyverno/images.yaml", "kyverno/ephemeral-images.yaml"]) {
    const policies = acceptingLocal(localPolicies(file, repository, sigstore));
    write(file, changed(policies, "annotations.origin == 'registry'", `annotations.origin in [${accepted}]`));
  }
  copy.replace("k8s/overlays/production/kustomization.yaml", /newName: \S+/, `newName: ${repository}`);
}

/** The repository on the day before: an older release in the lock file, resolved by pnpm under the repository's own rules. */
export async function goBack(
  { copy, shell, dependency: { name, affected, fixed } }: Scene,
  image: string,
): Promise<void> {
  copy.replace("docker-bake.hcl", "hardened-node-api:stage-4", image); // a tag that no image of the user has
  copy.replace("pnpm-workspace.yaml", `${name}: ${fixed}`, `${name}: ${affected}`);
  mkdirSync(join(copy.root, "out"));
  cpSync(join(ROOT, "out/bases.json"), join(copy.root, "out/bases.json"));
  await shell.must("pnpm install --lockfile-only");
  await shell.must("pnpm install --frozen-lockfile --prefer-offline");
  await shell.must("git init --quiet --initial-branch=main");
  await shell.commit("Begin");
}

/**
 * How a command of a page is run when its output is not shown.
 * - `foreground`: started on a free port, asked over HTTP, ended by Ctrl-C, nothing left (make test)
 * - `running`: run against the foreground command named (make test)
 * - `engine`, `prove`: run to its end, exit code 0 (make test, make prove)
 * - `covered`: a test runs the same command line; `as` is how it stands in that test
 * - `skipped`: run by nothing, with the reason
 */
export type How =
  | { how: "foreground"; ask: string }
  | { how: "running"; against: string }
  | { how: "engine" | "prove" }
  | { how: "covered"; by: string; as: string }
  | { how: "skipped"; reason: string };

/** Every command in the pages that has no output behind it. One that is not here fails `accounts.test.ts`. */
export const commands: Record<string, How> = {
  "make demo": { how: "prove" },
  "make stage-1": { how: "prove" },
  "make stage-2": { how: "prove" },
  "make compare A=1 B=4": { how: "prove" },
  "make vulnerabilities": {
    how: "skipped",
    reason:
      "it needs a live database; proof/scan-fixture/published.prove.test.ts runs what it calls on a published one",
  },
  "make attack-1": { how: "prove" },
  "make attack-2": { how: "prove" },
  "make attack-alpine": { how: "prove" },
  "make attack-chainguard": { how: "prove" },
  "make audit IMAGE=hardened-node-api:stage-4 PROFILE=profile.json": { how: "prove" },
  "make pipeline": { how: "covered", by: "proof/gates/pipeline.prove.test.ts", as: 'runScript(run, "make pipeline")' },
  "make attack-supply-chain": {
    how: "covered",
    by: "proof/attack-matrix/matrix.prove.test.ts",
    as: 'runScript(run, "make attack-supply-chain")',
  },
  "make patch-drill": {
    how: "covered",
    by: "proof/patch-drill/patch-drill.prove.test.ts",
    as: 'spawn("make", ["patch-drill"]',
  },
  "pnpm install --lockfile-only": {
    how: "covered",
    by: "proof/patch-drill/steps.ts",
    as: 'shell.must("pnpm install --lockfile-only")',
  },
  "gh workflow run scheduled.yml": {
    how: "skipped",
    reason: "it needs the repository on GitHub; the drill runs the script of its job",
  },
  "gh workflow run release.yml --field version=TAG": {
    how: "skipped",
    reason: "it needs the repository on GitHub; the drill runs the pipeline it calls",
  },
  "make pins": { how: "prove" },
  'cosign initialize && cp "$(find ~/.sigstore/root -name trusted_root.json | head -n 1)" trusted_root.json': {
    how: "skipped",
    reason: "it asks Sigstore's public mirror",
  },
  "cosign verify-attestation --type https://sigstore.dev/cosign/sign/v1 --certificate-identity IDENTITY --certificate-oidc-issuer ISSUER IMAGE@DIGEST":
    { how: "skipped", reason: "it needs a released image; the verify gate runs it on ours" },
  "make checklist IMAGE=REGISTRY/REPOSITORY@DIGEST TRUSTED_ROOT=trusted_root.json": {
    how: "skipped",
    reason: "it needs a released image; proof/checklist runs its command line on ours",
  },
  "make image": { how: "covered", by: "proof/first-law.engine.test.ts", as: 'make("image",' },
  "make run": { how: "foreground", ask: "/ready" },
  "make run-4": { how: "foreground", ask: "/ready" },
  "make dev": { how: "foreground", ask: "/ready" },
  "docker compose up --detach --wait && docker compose down": { how: "engine" },
  "curl --data-binary @package.json http://127.0.0.1:3000/v1/digests": { how: "running", against: "make run" },
  "kubectl apply -k policies/kubernetes": {
    how: "covered",
    by: "proof/admission/backstop.prove.test.ts",
    as: "kubectl apply -k policies/kubernetes",
  },
  "kubectl apply -k policies/kyverno": {
    how: "covered",
    by: "proof/admission/kyverno.prove.test.ts",
    as: "kubectl apply -k policies/kyverno",
  },
  "kubectl apply -k k8s/overlays/production": {
    how: "covered",
    by: "proof/admission/backstop.prove.test.ts",
    as: "kubectl apply -k k8s/overlays/production",
  },
  "make test": { how: "skipped", reason: "it is what runs these tests" },
};

/** Workflow whose identity signs here, as a token of GitHub Actions names it. */
const REPOSITORY = "acme/hardened-node-api";
const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/heads/main`;
const COMMIT = "0".repeat(40);

/** Name of the signer in its certificate. */
export const IDENTITY = `https://github.com/${WORKFLOW}`;

/** Claims of a token, in the shape that Fulcio asks of GitHub Actions. */
export type Claims = Record<string, string>;

/** A push to main runs `release.yml`; `sub` and audience included, issuer and times not. */
export const workflowClaims: Claims = {
  aud: "sigstore",
  sub: `repo:${REPOSITORY}:ref:refs/heads/main`,
  repository: REPOSITORY,
  repository_id: "1",
  repository_owner: "acme",
  repository_owner_id: "2",
  repository_visibility: "public",
  ref: "refs/heads/main",
  ref_type: "branch",
  sha: COMMIT,
  workflow: "release",
  workflow_ref: WORKFLOW,
  workflow_sha: COMMIT,
  job_workflow_ref: WORKFLOW,
  job_workflow_sha: COMMIT,
  event_name: "push",
  run_id: "1",
  run_number: "1",
  run_attempt: "1",
  runner_environment: "github-hosted",
};

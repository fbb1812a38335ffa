import { join } from "node:path";
import { readTrust } from "pipeline/gates/trust";
import { ROOT } from "../repository-copy.ts";

/** Name of the signer in its certificate: the one that production accepts. */
export const identity = (): string => readTrust(join(ROOT, "policies/trust.json")).identity;

/** Workflow whose identity signs here, as a token of GitHub Actions names it. */
export const workflow = (): string => identity().replace("https://github.com/", "");
/** Its repository, owner/name. */
export const repository = (): string => workflow().replace(/\/\.github\/.*/, "");
const COMMIT = "0".repeat(40);

/** Claims of a token, in the shape that Fulcio asks of GitHub Actions. */
export type Claims = Record<string, string>;

/** A push to main runs `release.yml`; `sub` and audience included, issuer and times not. */
export const workflowClaims = (): Claims => ({
  aud: "sigstore",
  sub: `repo:${repository()}:ref:refs/heads/main`,
  repository: repository(),
  repository_id: "1",
  repository_owner: repository().split("/")[0] ?? "",
  repository_owner_id: "2",
  repository_visibility: "public",
  ref: "refs/heads/main",
  ref_type: "branch",
  sha: COMMIT,
  workflow: "release",
  workflow_ref: workflow(),
  workflow_sha: COMMIT,
  job_workflow_ref: workflow(),
  job_workflow_sha: COMMIT,
  event_name: "push",
  run_id: "1",
  run_number: "1",
  run_attempt: "1",
  runner_environment: "github-hosted",
});

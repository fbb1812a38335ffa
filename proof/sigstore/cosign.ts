import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sigstore } from "./stack.ts";

/** Type of the statement that a signature is; SBOM, provenance and scan have their own. */
export const SIGN = "https://sigstore.dev/cosign/sign/v1";

/** What a command answered; `output` is everything it printed. */
export type Answer = { status: number | null; output: string; stdout: string };

/** Who is accepted as signer, and by which trust root. */
export type Accepted = { trustedRoot: string; identity: string; issuer: string };

/** Runs cosign; `env` is a stack's for whatever signs. */
export function cosign(args: readonly string[], env: Record<string, string> = {}): Answer {
  const { status, stdout, stderr } = spawnSync("cosign", args, { encoding: "utf8", env: { ...process.env, ...env } });
  return { status, stdout, output: `${stdout}${stderr}` };
}

/**
 * Signs as in GitHub Actions.
 * @param env of another signer than the workflow: `stack.as(claims)`
 * @throws Error with what cosign printed
 */
export function sign(stack: Sigstore, image: string, env = stack.env): void {
  must(cosign(["sign", "--yes", image], env));
}

/** Attests a predicate, as `sign` signs. One after the other: on a registry without the referrers API two at once lose one. */
export function attest(stack: Sigstore, image: string, type: string, predicate: object, env = stack.env): void {
  const file = join(stack.folder, "predicate.json");
  writeFileSync(file, JSON.stringify(predicate));
  must(cosign(["attest", "--yes", `--type=${type}`, `--predicate=${file}`, image], env));
}

/**
 * The strict form: a statement of that type, by that signer, with the trust root at hand and no server asked.
 * @param weaker flags that switch a control off
 */
export function verifyStatement(
  image: string,
  { trustedRoot, identity, issuer }: Accepted,
  type = SIGN,
  weaker: readonly string[] = [],
): Answer {
  const who = [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`];
  return cosign(["verify-attestation", `--type=${type}`, `--trusted-root=${trustedRoot}`, ...who, ...weaker, image]);
}

/** What the local stack's own policy accepts. */
export function acceptedBy(stack: Sigstore): Accepted {
  return { trustedRoot: stack.trustedRoot, ...readTrust(stack.trust) };
}

/** Signer of a trust file. */
export function readTrust(file: string): { identity: string; issuer: string; origins: string[] } {
  return JSON.parse(readFileSync(file, "utf8")) as { identity: string; issuer: string; origins: string[] };
}

function must({ status, output }: Answer): void {
  if (status !== 0) throw new Error(`expected cosign to succeed, got exit code ${status}:\n${output}`);
}

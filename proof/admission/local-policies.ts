import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { ROOT } from "../repository-copy.ts";
import { repository as ours } from "./manifests.ts";

type Trusted = { issuer: string; mirror: string; rootJson: string };
type Cosign = { keyless: { identities: { issuer: string }[] }; tuf?: object };
type Policy = { kind: string; spec: { attestors?: { cosign: Cosign }[] } };

/**
 * The committed policies, with the addresses of this machine: the local Sigstore where the public one stands, the local
 * registry in the list of repositories. Nothing else is changed.
 */
export function localPolicies(file: string, repository: string, sigstore: Trusted): object[] {
  const text = readFileSync(join(ROOT, "policies", file), "utf8").replace(`${ours()}'`, `${repository}'`);
  return parseAllDocuments(text).map((document) => {
    const policy = document.toJS() as Policy;
    for (const { cosign } of policy.spec.attestors ?? []) {
      for (const identity of cosign.keyless.identities) identity.issuer = sigstore.issuer;
      const data = readFileSync(sigstore.rootJson).toString("base64");
      cosign.tuf = { mirror: sigstore.mirror, root: { data } };
    }
    return policy;
  });
}

/** What "local" among the origins of a trust file means beside bases: scans by the fixture, uncommitted changes that are stated. */
export function acceptingLocal(policies: object[]): object[] {
  const anyDatabase = changed(policies, " && !from.startsWith('fixture')", "");
  return changed(anyDatabase, ".?uncommittedChanges.orValue(true) == false", ".?uncommittedChanges.hasValue()");
}

/**
 * One control of a policy changed, everywhere it stands.
 * @throws Error when it does not stand there: a change that changes nothing proves nothing
 */
export function changed(policies: object[], piece: string, by: string): object[] {
  const before = JSON.stringify(policies);
  const after = before.replaceAll(JSON.stringify(piece).slice(1, -1), JSON.stringify(by).slice(1, -1));
  if (after === before) throw new Error(`expected ${piece} in the policies, found nothing to change`);
  return JSON.parse(after) as object[];
}

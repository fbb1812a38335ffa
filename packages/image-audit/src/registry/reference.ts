import { AuditError } from "../errors.ts";
import type { Digest } from "../outcome.ts";

/** An image as a registry knows it. `repository` has no host; a reference has a tag, a digest, or both. */
export type RegistryReference = { host: string; repository: string; tag?: string; digest?: Digest };

// https://pkg.go.dev/github.com/distribution/reference: the grammar of references.
const path = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads `host/repo:tag`, `host/repo@sha256:…` or both. The first part is a host when it looks like one, as Docker has
 * it; without a host the hub is meant, and a name of one part lies in its `library`.
 * @throws AuditError REFERENCE_INVALID, also for a name without tag and digest: "latest" must be asked for
 */
export function parseReference(text: string): RegistryReference {
  const [name = "", digest, ...more] = text.split("@");
  const colon = name.lastIndexOf(":");
  const tagged = colon > name.lastIndexOf("/");
  const [untagged, tag] = tagged ? [name.slice(0, colon), name.slice(colon + 1)] : [name, undefined];
  const [first = "", ...rest] = untagged.split("/");
  const hosted = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const host = hosted ? first : "docker.io";
  const repository = hosted ? rest.join("/") : rest.length > 0 ? untagged : `library/${untagged}`;
  const valid =
    more.length === 0 &&
    path.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest)) &&
    (tag !== undefined || digest !== undefined);
  if (!valid) {
    const expected = "host/repository:tag or host/repository@sha256:<64 hexadecimal digits>";
    throw new AuditError("REFERENCE_INVALID", `expected ${expected}, got ${JSON.stringify(text)}`);
  }
  return {
    host,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: digest as Digest }),
  };
}

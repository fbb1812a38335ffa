import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { SEARCHED_BYTES } from "../image/content.ts";
import { inLayer } from "../image/evidence.ts";
import { deletedBy } from "../image/hidden.ts";
import type { FileEntry, ImageConfig, Layer } from "../image/observation.ts";
import { credentialNames, redactSecrets, secretsIn } from "../image/secrets.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgSecret001 = defineCheck({
  id: "IMG-SECRET-001",
  title: "No secret in any layer, environment variable or history line",
  severity: "critical",
  needs: ["image"],
  rationale:
    "Whoever can pull the image has every layer: a file that a later instruction deletes is still in the layer that " +
    "added it, and build arguments stay in the history.",
  remediation:
    "Rotate what was exposed. Keep it out of the context with .dockerignore; mount it where a build needs it.",
  references: ["https://docs.docker.com/build/building/secrets/"],
  judge({ config, layers: { layers } }) {
    const found = [
      ...layers.flatMap((layer, index) => fileSecrets(layer, layers.slice(index + 1))),
      ...environmentSecrets(config),
      ...historySecrets(config),
    ];
    const fix =
      "Rotate it, keep it out of the build context (.dockerignore) and use RUN --mount=type=secret; deleting it in a " +
      "later layer does not help.";
    if (found.length > 0) return fail(fix, ...found);
    const files = layers.flatMap((layer) => layer.files).filter(({ type }) => type === "file");
    const large = files.filter(({ size }) => size > SEARCHED_BYTES).length;
    return pass(`${files.length - large} files in ${layers.length} layers searched; ${large} over 1 MiB by name only`);
  },
});

function fileSecrets(layer: Layer, later: readonly Layer[]): Evidence[] {
  const repositories = new Set<string>();
  return layer.files.flatMap((entry) => {
    const repository = /^(.*\/\.git)(?:\/|$)/.exec(entry.path)?.[1];
    if (repository !== undefined && isContent(entry)) {
      if (repositories.has(repository)) return [];
      repositories.add(repository);
    }
    const kinds = [...nameOf(entry), ...contentOf(entry), ...(repository !== undefined ? ["Git repository"] : [])];
    if (kinds.length === 0 || !isContent(entry)) return [];
    const path = repository ?? entry.path;
    return [inLayer(kinds.join(", ") + deletion(path, later), layer, path)];
  });
}

function isContent({ type }: FileEntry): boolean {
  return type === "file" || type === "directory";
}

// A package from the registry is public, whatever it is called; `.env` of the app is not, nor is one in node_modules/.
const inPackage = /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\//;
const publicKeys = /\/node_modules\/.*\/(tests?|__tests__|fixtures|examples?|spec)\/|^\/usr\/share\/doc\//;
const exampleEnvironment = /(^|[.-])(example|sample|template|dist|defaults|schema)(\.env)?$/;

function nameOf({ path, size, type }: FileEntry): string[] {
  const name = posix.basename(path);
  const isEnvironment = type === "file" && /^\.env\..+$|\.env$/.test(name) && !exampleEnvironment.test(name);
  return isEnvironment && size > 0 && !inPackage.test(path) ? ["environment file"] : [];
}

function contentOf({ path, secrets = [] }: FileEntry): string[] {
  return secrets.filter((name) => name !== "private key" || !publicKeys.test(path));
}

function deletion(path: string, later: readonly Layer[]): string {
  const layer = deletedBy(path, later);
  return layer === undefined ? "" : `; deleted later by ${redactSecrets(layer.instruction)}, and still in this layer`;
}

function environmentSecrets({ env }: ImageConfig): Evidence[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const kinds = secretsIn(Buffer.from(value), "");
    if (credentialNames(`${name}=${value}`).length > 0) kinds.push("credential by its name");
    return kinds.length > 0 ? [{ message: `environment variable ${name}: ${kinds.join(", ")}` }] : [];
  });
}

function historySecrets({ history }: ImageConfig): Evidence[] {
  return history.flatMap(({ instruction, layer }) => {
    const kinds = [...secretsIn(Buffer.from(instruction), ""), ...credentialNames(instruction)];
    if (kinds.length === 0) return [];
    const where = layer === null ? {} : { layer };
    return [{ message: `history: ${kinds.join(", ")}`, instruction: redactSecrets(instruction), ...where }];
  });
}

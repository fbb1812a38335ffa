import { z } from "zod";

const dependency = z.object({
  name: z.string().optional(),
  uri: z.string().optional(),
  digest: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
});

const internalParameters = z.object({ uncommittedChanges: z.boolean().optional() });

/** The part of SLSA v1 provenance that says who built and from what. */
export const Provenance = z.object({
  buildDefinition: z.object({
    internalParameters: internalParameters.default({}),
    resolvedDependencies: z.array(dependency),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/** A base image. `name` has no tag; `origin` says where the bytes came from, "" when nobody says. */
export type ProvenBase = { name: string; digest: string; origin: string };

/** Dependencies that are images: `pkg:docker/NAME@…`. https://github.com/package-url/purl-spec */
export function basesOf({ buildDefinition }: z.infer<typeof Provenance>): ProvenBase[] {
  return buildDefinition.resolvedDependencies
    .filter(({ uri }) => uri?.startsWith("pkg:docker/"))
    .map(({ uri = "", digest, annotations }) => ({
      name: nameOf(uri),
      digest: digest?.["sha256"] ?? "",
      origin: String(annotations?.["origin"] ?? ""),
    }));
}

/** Whether there were changes that no commit has; undefined when nobody says. */
export function isUncommitted({ buildDefinition }: z.infer<typeof Provenance>): boolean | undefined {
  return buildDefinition.internalParameters.uncommittedChanges;
}

/** As a FROM line has it: `repository_url` is the host, and the hub's own images have neither host nor folder. */
function nameOf(uri: string): string {
  const path = decodeURIComponent(/^pkg:docker\/([^@?#]+)/.exec(uri)?.[1] ?? "");
  const host = new URLSearchParams(/\?([^#]*)/.exec(uri)?.[1]).get("repository_url");
  const name = host === null ? path : `${host.replace(/^https?:\/\/|\/$/g, "")}/${path}`;
  return name.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\//, "");
}

const LOCK_FILE = /(?:^|[/#])(?:pnpm-lock\.yaml|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock)$/;

/** Lock files among the dependencies, each with its SHA-256. */
export function lockFilesOf({ buildDefinition }: z.infer<typeof Provenance>): string[] {
  return buildDefinition.resolvedDependencies.flatMap(({ name, uri, digest }) => {
    const file = [name, uri].find((text) => text !== undefined && LOCK_FILE.test(text));
    const sha256 = digest?.["sha256"] ?? "";
    return file !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? [`${file} sha256:${sha256}`] : [];
  });
}

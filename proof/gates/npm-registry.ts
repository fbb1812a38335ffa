import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../loopback.ts";

/** One version of a package: when it was published, and whether with provenance. */
export type Version = { published: Date; attested?: boolean };

/** `integrity` by version, as a lock file has it. */
export type NpmRegistry = AsyncDisposable & { url: string; integrity: Record<string, string> };

/**
 * An npm registry on loopback with one package that has no code.
 * @param folder where its archives are made
 */
export async function startNpmRegistry(
  folder: string,
  name: string,
  versions: Record<string, Version>,
): Promise<NpmRegistry> {
  const archives = Object.fromEntries(Object.keys(versions).map((version) => [version, pack(folder, name, version)]));
  const integrity = Object.fromEntries(Object.entries(archives).map(([version, bytes]) => [version, hashOf(bytes)]));
  const server = await serve((request, response) => {
    const version = /-([\d.]+)\.tgz$/.exec(request.url ?? "")?.[1];
    if (version !== undefined) return response.end(archives[version]);
    if (request.url === `/${name}`) return response.end(JSON.stringify(metadata()));
    return response.writeHead(404).end("{}");
  });
  const url = `http://${server.address}`;
  const metadata = () => {
    const described = Object.entries(versions).map(([version, { attested = false }]) => {
      const provenance = {
        url: `${url}/attestations`,
        provenance: { predicateType: "https://slsa.dev/provenance/v1" },
      };
      const dist = { tarball: `${url}/${name}/-/${name}-${version}.tgz`, integrity: integrity[version] };
      return [version, { name, version, dist: { ...dist, ...(attested ? { attestations: provenance } : {}) } }];
    });
    const time = Object.entries(versions).map(([version, { published }]) => [version, published.toISOString()]);
    const latest = Object.keys(versions).at(-1);
    return { name, "dist-tags": { latest }, versions: Object.fromEntries(described), time: Object.fromEntries(time) };
  };
  return { url, integrity, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const hashOf = (bytes: Buffer) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

function pack(folder: string, name: string, version: string): Buffer {
  const content = join(folder, version, "package");
  mkdirSync(content, { recursive: true });
  writeFileSync(join(content, "package.json"), JSON.stringify({ name, version }));
  return execFileSync("tar", ["-C", join(content, ".."), "-cz", "package"]);
}

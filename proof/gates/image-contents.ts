import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { filesIn } from "../files-in.ts";

/** What is really in an image, found without the scanner: as `type/name@version`, sorted by nothing. */
export type Contents = {
  packages: string[];
  /** Programs and libraries for the processor, each with the package that brought these very bytes, or none. */
  native: { path: string; owner: string | undefined }[];
};

/** An image's files, unpacked into a folder. */
export function unpack(image: string, folder: string): void {
  const container = execFileSync("docker", ["create", image], { encoding: "utf8" }).trim();
  execFileSync("sh", ["-c", 'docker export "$0" | tar -x -C "$1"', container, folder]);
  execFileSync("docker", ["rm", container], { stdio: "ignore" });
}

/** @param root folder with an image's files: distribution records, node_modules, Node at /nodejs/bin/node */
export function contentsOf(root: string): Contents {
  const records = readdirSync(join(root, "var/lib/dpkg/status.d")).filter((name) => !name.endsWith(".md5sums"));
  const debian = records.map((name) => `deb/debian/${name}@${fieldOf(root, name, "Version")}`);
  const version = execFileSync(join(root, "nodejs/bin/node"), ["--version"], { encoding: "utf8" }).trim().slice(1);
  const node = `generic/node@${version}`;
  const owners = new Map([...records.flatMap((name) => brought(root, name)), ["nodejs/bin/node", node] as const]);
  const files = filesIn(root).map((path) => relative(root, path));
  const native = files.flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    if (bytes.toString("latin1", 0, 4) !== "\x7fELF") return [];
    return [{ path, owner: owners.get(path) ?? owners.get(`${md5(bytes)} ${basename(path)}`) }];
  });
  return { packages: [...debian, node, ...npmIn(root, files)], native };
}

const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");

function fieldOf(root: string, record: string, field: string): string {
  const text = readFileSync(join(root, "var/lib/dpkg/status.d", record), "utf8");
  return new RegExp(`^${field}: (.*)$`, "m").exec(text)?.[1] ?? "";
}

/** Files that a package of the distribution brought, by their bytes and name; of dumb-init's the image has one alone. */
function brought(root: string, record: string): [string, string][] {
  if (record === "dumb-init") return [["usr/bin/dumb-init", record]];
  const lines = readFileSync(join(root, `var/lib/dpkg/status.d/${record}.md5sums`), "utf8").split("\n");
  return lines.map((line) => [`${line.slice(0, 32)} ${basename(line)}`, record]);
}

/** Every package.json that names a package: of each node_modules, of the service itself, and what packages bring along. */
function npmIn(root: string, files: string[]): string[] {
  const manifests = files.filter((path) => basename(path) === "package.json");
  const named = manifests.flatMap((path) => {
    const { name, version } = JSON.parse(readFileSync(join(root, path), "utf8")) as Record<string, string>;
    return name === undefined || version === undefined ? [] : [`npm/${name}@${version}`];
  });
  return [...new Set(named)];
}

type Reference = { referenceType: string; referenceLocator: string };
/** The two SBOMs of an image, as far as they name packages. */
export type Documents = {
  cycloneDx: { components: { purl?: string }[] };
  spdx: { packages: { name: string; externalRefs?: Reference[] }[] };
};

/** What two SBOMs of an image leave out, invent, or say differently; none when each names exactly what is in it. */
export function faultsOf({ cycloneDx, spdx }: Documents, { packages, native }: Contents): string[] {
  const all = {
    CycloneDX: cycloneDx.components.flatMap(({ purl }) => purl ?? []),
    SPDX: spdx.packages.flatMap(({ externalRefs = [] }) =>
      externalRefs.filter(({ referenceType }) => referenceType === "purl").map((one) => one.referenceLocator),
    ),
  };
  const faults = Object.entries(all).flatMap(([format, purls]) => {
    // SPDX counts the image itself among its packages; CycloneDX has it in its metadata.
    const named = purls.filter((purl) => !purl.startsWith("pkg:oci/")).map(plain);
    const missing = packages.filter((one) => !named.includes(one)).map((one) => `${format} does not name ${one}`);
    const invented = named.filter((one) => !packages.includes(one)).map((one) => `${format} names ${one}: not there`);
    return [...missing, ...invented];
  });
  const unowned = native.filter(({ owner }) => owner === undefined);
  return [...faults, ...unowned.map(({ path }) => `${path} is of no package`)];
}

/** `pkg:deb/debian/libstdc%2B%2B6@14?arch=amd64` as it is named in `Contents`. */
const plain = (purl: string) => decodeURIComponent(purl.replace(/^pkg:/, "").replace(/[?#].*$/, ""));

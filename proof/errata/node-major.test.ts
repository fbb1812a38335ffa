import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { basesOf } from "pipeline/bases";
import { expect, test } from "vitest";
import { readCatalog } from "../bases/catalog.ts";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";

type Manifest = {
  engines?: { node?: string };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

/** Every place under a folder that names a Node version, with its major. */
function majors(root: string): { where: string; major: string }[] {
  const found: [string, string | undefined][] = [];
  for (const file of globSync("docker/**/*.Dockerfile", { cwd: root })) {
    for (const { ref } of basesOf(join(root, file)))
      found.push([`${file}: ${ref}`, /node(?:js)?:?(\d+)/.exec(ref)?.[1]]);
  }
  const manifests = [
    "*/package.json",
    "package.json",
    "{apps,packages,toolchain}/*/package.json",
    "proof/bases/npm/package.json",
  ];
  for (const file of globSync(manifests, { cwd: root, exclude: ["**/node_modules/**", "out/**"] })) {
    const { engines, dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(root, file), "utf8"),
    ) as Manifest;
    if (engines?.node !== undefined)
      found.push([`${file}: engines`, /^>=(\d+)\.\d+\.\d+ <\d+$/.exec(engines.node)?.[1]]);
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      if (/^node(-(linux|darwin)-\w+)?$/.test(name)) found.push([`${file}: ${name}`, version.split(".")[0]]);
    }
  }
  for (const { ref, fingerprint } of readCatalog(join(root, "proof/bases.json"))) {
    const version = fingerprint.nodeVersion;
    if (version !== null) found.push([`proof/bases.json: ${ref}`, /^v?(\d+)/.exec(version)?.[1]]);
  }
  return found.map(([where, major]) => ({ where, major: major ?? "none" }));
}

test("E9: FROM lines, engines, toolchain, base recipes and fingerprints are of one Node major, and it runs this test", () => {
  const found = majors(ROOT);
  for (const part of [
    "Dockerfile: node:",
    "Dockerfile: gcr.io",
    "package.json: engines",
    "toolchain/node",
    "proof/bases/npm",
    "bases.json",
  ]) {
    expect(
      found.some(({ where }) => where.includes(part)),
      part,
    ).toBe(true);
  }
  const [running] = process.versions.node.split(".");
  // A vendor's free image has no tag but latest: the one FROM line that names no version.
  const unversioned = { where: expect.stringContaining("cgr.dev/chainguard/node:latest@") as string, major: "none" };
  expect(found.filter(({ major }) => major !== running)).toEqual([unversioned]);
});

test("E9: one FROM line of another major is noticed", () => {
  using copy = new RepositoryCopy();
  copy.replace("docker/2-multi-stage.Dockerfile", "FROM node:24.", "FROM node:20.");
  const others = majors(copy.root).filter(({ major }) => major === "20");
  expect(others).toEqual([{ where: expect.stringContaining("2-multi-stage.Dockerfile") as string, major: "20" }]);
});

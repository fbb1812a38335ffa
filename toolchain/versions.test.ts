import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { basesOf } from "pipeline/bases";
import { expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const json = (file: string) => JSON.parse(read(file)) as Record<string, Record<string, string>>;
const major = /^major=(\d+)/m.exec(read("toolchain/setup.sh"))?.[1] ?? "";
const workspace = parse(read("pnpm-workspace.yaml")) as { catalog: Record<string, string> };
const manifests = globSync(["package.json", "{pipeline,proof}/package.json", "{apps,course,packages}/*/package.json"], {
  cwd: ROOT,
});

test("one Node major everywhere: toolchain, engines, FROM lines", () => {
  expect(major).toMatch(/^\d+$/);
  expect(json("package.json")["engines"]?.["node"]).toMatch(
    new RegExp(`^>=${major}\\.\\d+\\.\\d+ <${Number(major) + 1}$`),
  );
  for (const version of Object.values(json("toolchain/node/package.json")["optionalDependencies"] ?? {})) {
    expect(version.split(".")[0]).toBe(major);
  }
  for (const file of globSync("docker/**/*.Dockerfile", { cwd: ROOT })) {
    for (const { ref } of basesOf(join(ROOT, file))) {
      // A vendor's free image has no tag but latest: there is no version in it to hold.
      if (file.startsWith("docker/variants/") && ref.includes(":latest@")) continue;
      expect(ref, file).toMatch(new RegExp(`node(js)?[:]?${major}[.-]`));
    }
  }
});

test("the builder and the final image of every stage are of the same distribution release", () => {
  for (const file of globSync("docker/*.Dockerfile", { cwd: ROOT })) {
    for (const { ref } of basesOf(join(ROOT, file))) expect(ref, file).toMatch(/trixie|debian13/);
  }
});

test("versions are exact and stand in the catalog only", () => {
  for (const [name, version] of Object.entries(workspace.catalog)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  for (const file of manifests) {
    const { dependencies, devDependencies } = json(file);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, `${file}: ${name}`).toMatch(/^(catalog|workspace):/);
    }
  }
});

test("every dependency has its line in docs/dependencies.md, and no line is left over", () => {
  const described = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)`\s+\|/gm)].map((match) => match[1]);
  expect(new Set(described)).toEqual(new Set(Object.keys(workspace.catalog)));
  expect(described).toHaveLength(new Set(described).size);
});

test("pnpm is one version: engines, toolchain", () => {
  const versions = Object.values(json("toolchain/pnpm/package.json")["optionalDependencies"] ?? {});
  expect(new Set([...versions, json("package.json")["engines"]?.["pnpm"]]).size).toBe(1);
});

test("lock files name content by hash and no host", () => {
  const locks = [
    "pnpm-lock.yaml",
    ...globSync("**/package-lock.json", { cwd: ROOT, exclude: ["**/node_modules", "out"] }),
  ];
  expect(locks.length).toBeGreaterThan(2);
  for (const lock of locks) expect(read(lock), lock).not.toMatch(/"resolved"|tarball:|https?:\/\/[^\s"]+\.tgz/);
});

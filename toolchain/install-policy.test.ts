import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

// pnpm enforces the install policy, and the lock gate installs under it. Here: nobody switches it off.
const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const workspace = read("pnpm-workspace.yaml");

const REQUIRED: Record<string, unknown> = {
  blockExoticSubdeps: true,
  strictDepBuilds: true,
  trustPolicy: "no-downgrade",
};

/** Each makes a hole into one of the above, or lets somebody else decide where packages come from. */
const HOLES = [
  ...["configDependencies", "dangerouslyAllowAllBuilds", "globalPnpmfile", "ignoreScripts", "minimumReleaseAgeExclude"],
  ...["namedRegistries", "pnpmfile", "registries", "registry"],
  ...["trustLockfile", "trustPolicyExclude", "trustPolicyIgnoreAfter"],
];

function weaknesses(text: string): string[] {
  const settings = parse(text) as Record<string, unknown>;
  return [
    ...Object.keys(REQUIRED).filter((name) => settings[name] !== REQUIRED[name]),
    ...(Number(settings["minimumReleaseAge"]) >= 4320 ? [] : ["minimumReleaseAge"]),
    ...HOLES.filter((name) => settings[name] !== undefined),
    // A package whose scripts may run is named with its reason, on the same line.
    ...[...text.matchAll(/^ +(\S+): true *$/gm)].map(([, name]) => `${name} may run scripts`),
  ];
}

test("the install policy is on", () => {
  expect(weaknesses(workspace)).toEqual([]);
});

test.each([
  ["blockExoticSubdeps", /^blockExoticSubdeps: true/m, "blockExoticSubdeps: false"],
  ["minimumReleaseAge", /^minimumReleaseAge: \d+/m, "minimumReleaseAge: 60"],
  ["strictDepBuilds", /^strictDepBuilds: true/m, ""],
  ["trustPolicy", /^trustPolicy: no-downgrade/m, "trustPolicy: off"],
  ["trustLockfile", /^trustPolicy:/m, "trustLockfile: true\ntrustPolicy:"],
  ["minimumReleaseAgeExclude", /^packages:/m, "minimumReleaseAgeExclude: [express]\npackages:"],
  ["registry", /^packages:/m, "registry: https://evil.example\npackages:"],
  ["esbuild may run scripts", /esbuild: false.*$/m, "esbuild: true"],
])("a weakened install policy is noticed: %s", (name, piece, by) => {
  expect(workspace).toMatch(piece);
  expect(weaknesses(workspace.replace(piece, by))).toEqual([name]);
});

test("scripts may run where the line gives its reason", () => {
  expect(weaknesses(workspace.replace(/esbuild: false.*$/m, "esbuild: true # its binary is built here"))).toEqual([]);
});

test("nothing beside pnpm-workspace.yaml can change what is installed", () => {
  expect(globSync("{.npmrc,.pnpmfile.*}", { cwd: ROOT })).toEqual([]);
});

test("npm's lock files have a hash for every package", () => {
  for (const file of globSync("toolchain/*/package-lock.json", { cwd: ROOT })) {
    const { packages } = JSON.parse(read(file)) as { packages: Record<string, { integrity?: string }> };
    for (const [name, { integrity }] of Object.entries(packages)) {
      if (name !== "") expect(integrity, `${file}: ${name}`).toMatch(/^sha512-/);
    }
  }
});

// What a manifest runs at install time runs before anything was checked, and on the machine of whoever installs.
const AT_INSTALL = /^(?:(?:pre|post)?(?:install|prepare)|pnpm:devPreinstall)$/;

test("no manifest of ours runs a script at install time", () => {
  const manifests = globSync("**/package.json", { cwd: ROOT, exclude: ["**/node_modules", "out"] });
  expect(manifests.length).toBeGreaterThan(3);
  for (const file of manifests) {
    const { scripts = {} } = JSON.parse(read(file)) as { scripts?: Record<string, string> };
    expect(
      Object.keys(scripts).filter((name) => AT_INSTALL.test(name)),
      file,
    ).toEqual([]);
  }
  for (const name of ["preinstall", "postinstall", "prepare"]) expect(name).toMatch(AT_INSTALL);
});

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { git } from "../bake.ts";
import { type Evidence, type Gate, lastWords, verdictOf } from "./gate.ts";

const LOCK = "pnpm-lock.yaml";
const WORKSPACE = "pnpm-workspace.yaml";
const ACCEPTED = "policies/lock.yaml";
const NPM_LOCKS = "toolchain/*/package-lock.json";

const Entries = z.record(z.string(), z.record(z.string(), z.unknown()));
const Lock = z.object({ importers: Entries, packages: z.record(z.string(), z.object({ resolution: z.unknown() })) });
const Accepted = z.object({ returned: z.array(z.object({ entry: z.string(), reason: z.string().min(10) })) });

/** pnpm enforces these; what is left for us is that nobody switches them off, or opens a hole beside them. */
const POLICY: Record<string, unknown> = {
  blockExoticSubdeps: true,
  strictDepBuilds: true,
  trustPolicy: "no-downgrade",
};
for (const hole of [
  "dangerouslyAllowAllBuilds",
  "configDependencies",
  "minimumReleaseAgeExclude",
  "pnpmfile",
  "registry",
])
  POLICY[hole] = undefined;
for (const hole of ["registries", "trustLockfile", "trustPolicyExclude", "trustPolicyIgnoreAfter"])
  POLICY[hole] = undefined;

/** The lock file itself: every package by hash, so none from git, a tarball or a folder. */
export function judgeLockFile(text: string): string[] {
  const { importers, packages } = Lock.parse(parse(text));
  const unsure = Object.entries(packages)
    .map(([name, { resolution }]) => [name, JSON.stringify(resolution)] as const)
    .filter(([, resolution]) => !/^\{"integrity":"sha512-[\w+/]{86}=="\}$/.test(resolution))
    .map(([name, resolution]) => `${name} is ${resolution}, expected a sha512 integrity alone`);
  const dependencies = Object.values(importers).flatMap((kinds) =>
    Object.values(kinds).flatMap((kind) => Object.entries(kind as object)),
  );
  const linked = dependencies.filter(
    ([, { specifier, version }]) => /^(link|file):/.test(version) && !/^workspace:/.test(specifier),
  );
  return [...unsure, ...linked.map(([name, { version }]) => `${name} is taken from ${version}, a folder`)];
}

/** The install policy, and that each package whose scripts may run is named with its reason. */
export function judgeWorkspace(text: string): string[] {
  const settings = z.record(z.string(), z.unknown()).parse(parse(text));
  const off = Object.keys(POLICY).filter((name) => settings[name] !== POLICY[name]);
  if (!(Number(settings["minimumReleaseAge"]) >= 4320)) off.push("minimumReleaseAge");
  const silent = [...text.matchAll(/^ +(\S+): true *$/gm)].map(
    ([, name]) => `allowBuilds: ${name} may run scripts and its line gives no reason`,
  );
  return [...off.map((name) => `${name} is ${JSON.stringify(settings[name])}: it opens the install policy`), ...silent];
}

/** npm's lock files of the toolchain: a hash for every package, no address. */
export function judgeNpmLock(text: string): string[] {
  const packages = Object.entries(z.object({ packages: Entries }).parse(JSON.parse(text)).packages).filter(
    ([name]) => name !== "",
  );
  const unsure = packages.filter(([, entry]) => !/^sha512-/.test(String(entry["integrity"])) || "resolved" in entry);
  return unsure.map(([name]) => `${name} has no sha512 integrity, or names an address`);
}

/** A script in one of our own manifests that runs at install time runs before anything was checked. */
export function judgeManifest(text: string): string[] {
  const scripts = text.matchAll(/"((?:pre|post)?(?:install|prepare)|pnpm:devPreinstall)":/g);
  return [...scripts].map(([, name]) => `the script ${name} would run at install time`);
}

/**
 * Entries that the history took out and that are there again. A lock file rolled back to an older one passes every hash,
 * and brings back the versions that somebody replaced for a reason.
 * @param history `git log --first-parent -m --reverse --patch` of the lock file, `commit <hash>` before each patch
 */
export function returned(lock: string, history: string): string[] {
  const gone = new Set<string>();
  for (const patch of history.split(/^commit \w+$/m)) {
    const lines = [...patch.matchAll(/^([-+]) {2}'?((?:@[^/\s]+\/)?[^@\s']+@[^(:\s']+)'?:(?: \{\})?$/gm)];
    const [added = gone, removed = gone] = ["+", "-"].map(
      (sign) => new Set(lines.filter((line) => line[1] === sign).map((line) => line[2] ?? "")),
    );
    for (const entry of removed) if (!added.has(entry)) gone.add(entry);
  }
  return Object.keys(Lock.parse(parse(lock)).packages).filter((entry) => gone.has(entry));
}

function filesOf(root: string): Record<"manifests" | "npmLocks" | "hooks", string[]> {
  const find = (pattern: string) => globSync(pattern, { cwd: root, exclude: ["**/node_modules", "out"] });
  return { manifests: find("**/package.json"), npmLocks: find(NPM_LOCKS), hooks: find("{.npmrc,.pnpmfile.*}") };
}

/** The lock file before anything is installed from it, then what pnpm and the history say of it. */
export const lock: Gate = {
  name: "lock",
  subject: () => LOCK,
  inputs: ({ root }) => ({
    files: [LOCK, WORKSPACE, ACCEPTED, ...Object.values(filesOf(root)).flat()].map((file) => join(root, file)),
    values: [git(root, "rev-parse", "HEAD")], // the history is judged too
  }),
  validHours: 24, // a release can lose its provenance or be taken down
  refuse: ({ root }) => {
    const { manifests, npmLocks, hooks } = filesOf(root);
    const judge = (path: string, rule: (text: string) => string[]): Evidence[] =>
      rule(readFileSync(join(root, path), "utf8")).map((message) => ({ message: `${path}: ${message}`, path }));
    const whole = git(root, "rev-parse", "--is-shallow-repository") === "false";
    return [
      ...(whole
        ? []
        : [{ message: "a rolled-back lock file shows in the history only: expected a clone with all of it" }]),
      ...judge(LOCK, judgeLockFile),
      ...judge(WORKSPACE, judgeWorkspace),
      ...npmLocks.flatMap((path) => judge(path, judgeNpmLock)),
      ...manifests.flatMap((path) => judge(path, judgeManifest)),
      ...hooks.flatMap((path) =>
        judge(path, () => ["it can change what is installed: settings belong into pnpm-workspace.yaml"]),
      ),
    ];
  },
  judge: ({ code, log, folder }, { root }) => {
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    const accepted = Accepted.parse(parse(readFileSync(join(root, ACCEPTED), "utf8"))).returned.map(
      ({ entry }) => entry,
    );
    const back = returned(read(LOCK), read("history")).filter((entry) => !accepted.includes(entry));
    const findings = back.map(
      (entry) =>
        `${entry} was replaced before and is back: is the lock file rolled back? If meant, name it in ${ACCEPTED}`,
    );
    if (code !== 0) findings.push(`the lock file cannot be installed: ${lastWords(log)}`);
    const count = Object.keys(Lock.parse(parse(read(LOCK))).packages).length;
    return verdictOf(
      findings.map((message) => ({ message, path: LOCK })),
      `${count} packages, each by hash from the registry`,
    );
  },
};

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { git } from "../bake.ts";
import type { Gate } from "./gate.ts";

const LOCK = "pnpm-lock.yaml";
const POLICY = "policies/lock.yaml";

type Dependency = { specifier: string; version: string };
type Importers = Record<string, Record<string, Record<string, Dependency>>>;
type Lock = { importers: Importers; packages: Record<string, { resolution: unknown }> };
type Accepted = { returned: { entry: string; reason: string }[] };

/** The lock file itself: every package by hash, so none from git, a tarball or a folder. */
export function judgeLockFile(text: string): string[] {
  const { importers, packages } = parse(text) as Lock;
  const unsure = Object.entries(packages)
    .map(([name, { resolution }]) => `${name} is ${JSON.stringify(resolution)}`)
    .filter((entry) => !/ is \{"integrity":"sha512-[\w+/]{86}=="\}$/.test(entry));
  const kinds = Object.values(importers).flatMap(Object.values<Record<string, Dependency>>);
  const linked = kinds.flatMap(Object.entries<Dependency>).filter(([, { specifier, version }]) => {
    return /^(link|file):/.test(version) && !specifier.startsWith("workspace:");
  });
  const foreign = linked.map(([name, { version }]) => `${name} is taken from ${version}, a folder`);
  return [...unsure.map((entry) => `${entry}, expected a sha512 integrity alone`), ...foreign];
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
    const added = new Set(lines.filter(([, sign]) => sign === "+").map(([, , entry]) => entry));
    for (const [, sign, entry = ""] of lines) if (sign === "-" && !added.has(entry)) gone.add(entry);
  }
  return Object.keys((parse(lock) as Lock).packages).filter((entry) => gone.has(entry));
}

/** The lock file before anything is installed from it, then what pnpm and the history say of it. */
export const lock: Gate = {
  name: "lock",
  inputs: ({ root }) => ({
    files: git(root, "ls-files", LOCK, POLICY, "pnpm-workspace.yaml", "*package.json")
      .split("\n")
      .map((file) => join(root, file)),
    values: [git(root, "rev-parse", "HEAD")], // the history is judged too
  }),
  validHours: 24, // a release can lose its provenance or be taken down
  before: ({ root }) => {
    const isWhole = git(root, "rev-parse", "--is-shallow-repository") === "false";
    const shallow = "a rolled-back lock file shows in the history only: expected a clone with all of it";
    return [...(isWhole ? [] : [shallow]), ...judgeLockFile(readFileSync(join(root, LOCK), "utf8"))];
  },
  judge: (folder, { root }) => {
    const [text = "", history = ""] = [LOCK, "history"].map((file) => readFileSync(join(folder, file), "utf8"));
    const accepted = (parse(readFileSync(join(root, POLICY), "utf8")) as Accepted).returned.map(({ entry }) => entry);
    const back = returned(text, history).filter((entry) => !accepted.includes(entry));
    const hint = `rolled back? If it is meant, name it in ${POLICY}`;
    const findings = back.map((entry) => `${entry} was replaced before and is back: ${hint}`);
    const count = Object.keys((parse(text) as Lock).packages).length;
    return { findings, seen: `${count} packages, each by hash from the registry` };
  },
};

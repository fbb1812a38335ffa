import { execFile, spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { CONFIGURED, configuredSuites, type Suite, suitesOf } from "../bases/archive.ts";
import { ToolError } from "../errors.ts";
import type { Part } from "./plan.ts";

/** Debian 12's own engine is 20.10, without buildx: these packages come from the next release, named one by one. */
const RELEASE = "trixie";
const PACKAGES: Record<Part, { newer: string[]; own: string[] }> = {
  engine: {
    newer: ["docker.io", "docker-cli", "docker-buildx", "docker-compose", "containerd"],
    own: ["iptables", "ca-certificates", "mmdebstrap"],
  },
  buildx: { newer: ["docker-buildx"], own: [] },
  mmdebstrap: { newer: [], own: ["mmdebstrap"] },
};
/** Neither pin ever replaces an installed package; the development suite comes after everything else. */
const SUITES: Record<string, { name: string; pin: number; why: string }> = {
  trixie: { name: "hardened-node-api", pin: 100, why: "its container engine" },
  sid: { name: "hardened-node-api-sid", pin: 50, why: "tools that no release has yet" },
};
const SOURCE_FILES = ["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.{list,sources}"];
const LISTS = "/var/lib/apt/lists";
const DAY = 24 * 3600 * 1000;

const run = promisify(execFile);

/** Package arguments for apt. Never `-t trixie`: it would take libc and dpkg along and turn a Debian 12 into 13. */
export function packagesFor(part: Part, codename: string): string[] {
  const { newer, own } = PACKAGES[part];
  return [...newer.map((name) => (codename === "bookworm" ? `${name}/${RELEASE}` : name)), ...own];
}

/**
 * The files that make the next release available on a Debian 12; none where the machine has it or needs nothing of it.
 * @param configured the suites that the machine's apt knows
 * @param texts its source files by name, for the keyring
 */
export function sourceFiles(
  part: Part,
  codename: string,
  configured: Suite[],
  texts: Record<string, string>,
): Record<string, string> {
  if (codename !== "bookworm" || PACKAGES[part].newer.length === 0) return {};
  return suiteFiles(RELEASE, codename, configured, texts);
}

/** The files that make another suite of the machine's own mirror available, pinned; none where it is already. */
export function suiteFiles(
  suite: string,
  codename: string,
  configured: Suite[],
  texts: Record<string, string>,
): Record<string, string> {
  const { name, pin, why } = SUITES[suite] ?? { name: `hardened-node-api-${suite}`, pin: 50, why: "its tools" };
  const sources = `/etc/apt/sources.list.d/${name}.sources`;
  if (configured.some((known) => known.suite === suite) && !(sources in texts)) return {};
  const uri = suitesOf(configured, codename, suite).find((known) => known.suite === suite)?.uri ?? "";
  const source = Object.values(texts).find((text) => text.includes(uri) && new RegExp(`\\b${codename}\\b`).test(text));
  const keyring = /signed-by\s*[:=]\s*([^\s\]]+)/i.exec(source ?? "")?.[1];
  const signed = keyring === undefined ? "" : `Signed-By: ${keyring}\n`;
  const who = `# Written by the set-up of hardened-node-api for ${why}; nothing else comes from here.\n`;
  return {
    [sources]: `${who}Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${signed}`,
    [`/etc/apt/preferences.d/${name}.pref`]: `${who}Package: *\nPin: release n=${suite}\nPin-Priority: ${pin}\n`,
  };
}

/**
 * Installs a part from the distribution. Package lists are fetched when a source is new, a package is not in them, or
 * they are older than a day (an archive drops versions that old lists still name).
 * @throws ToolError when apt fails
 */
export async function install(part: Part, codename: string, say: (line: string) => void): Promise<void> {
  const files = sourceFiles(part, codename, ...(await aptSources()));
  const changed = writeFiles(files);
  for (const file of changed) say(`wrote ${file}`);
  await installPackages(packagesFor(part, codename), say, changed.length > 0);
}

/**
 * Installs one package of another suite, `cosign/sid`, unless it would take the C library along: that would turn the
 * machine into the other release.
 * @throws ToolError when it would, or apt fails
 */
export async function installFromSuite(wanted: string, codename: string, say: (line: string) => void): Promise<void> {
  const [, suite] = wanted.split("/");
  const files = suite === undefined ? {} : suiteFiles(suite, codename, ...(await aptSources()));
  const changed = writeFiles(files);
  for (const file of changed) say(`wrote ${file}`);
  const options = ["-q", "-o", "DPkg::Lock::Timeout=120"];
  if (changed.length > 0 || listsAreOld()) await apt([...options, "update"]);
  const { stdout } = await run("apt-get", ["install", "--simulate", "--no-install-recommends", wanted]).catch(
    (cause: unknown) => {
      throw new ToolError(`expected the distribution to have ${wanted}, it has not`, { cause });
    },
  );
  const core = coreUpgrade(stdout);
  if (core !== undefined) throw new ToolError(`${wanted} would replace ${core} of this system: not installed`);
  await installPackages([wanted], say);
}

/** The package of the system's core that a simulated installation would replace; undefined when it replaces none. */
export function coreUpgrade(simulation: string): string | undefined {
  return /^Inst (libc6|libc-bin|dpkg|apt|base-files) /m.exec(simulation)?.[1];
}

async function aptSources(): Promise<[Suite[], Record<string, string>]> {
  const { stdout } = await run("apt-get", CONFIGURED);
  const texts = Object.fromEntries(globSync(SOURCE_FILES).map((file) => [file, readFileSync(file, "utf8")]));
  return [configuredSuites(stdout), texts];
}

/**
 * Installs packages by name.
 * @param refresh whether the package lists are known to be incomplete
 * @throws ToolError when apt fails
 */
export async function installPackages(packages: string[], say: (line: string) => void, refresh = false): Promise<void> {
  say(`installing from the distribution: ${packages.join(" ")}`);
  const options = ["-q", "-o", "DPkg::Lock::Timeout=120"];
  const install = [...options, "install", "--yes", "--no-install-recommends", ...packages];
  if (refresh || listsAreOld() || !(await succeeds(["--simulate", ...install]))) await apt([...options, "update"]);
  await apt(install);
}

/** Writes what differs, each file whole; returns the names of those. */
export function writeFiles(files: Record<string, string>): string[] {
  const changed = Object.entries(files).filter(
    ([file, text]) => !(existsSync(file) && readFileSync(file, "utf8") === text),
  );
  for (const [file, text] of changed) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, text); // apt ignores this ending
    renameSync(`${file}.part`, file);
  }
  return changed.map(([file]) => file);
}

function listsAreOld(): boolean {
  return !existsSync(LISTS) || Date.now() - statSync(LISTS).mtimeMs > DAY;
}

function succeeds(args: string[]): Promise<boolean> {
  return run("apt-get", args).then(
    () => true,
    () => false,
  );
}

/** apt's output is shown only when it fails: its last lines then say why. */
async function apt(args: string[]): Promise<void> {
  const child = spawn("apt-get", args, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once("error", resolve).once("close", resolve));
  if (code === 0) return;
  throw new ToolError(
    `expected apt-get ${args.includes("update") ? "update" : "install"} to succeed, it did not:\n${output.trimEnd().split("\n").slice(-10).join("\n")}`,
  );
}

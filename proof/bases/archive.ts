import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { parseEnv, promisify } from "node:util";
import { ToolError } from "../errors.ts";

const run = promisify(execFile);

/** One suite of a Debian archive, as the machine names it; only its component main is used. */
export type Suite = { uri: string; suite: string };

/** How this machine reaches Debian: the suites of one release and the options its apt needs for them. */
export type Archive = { suites: Suite[]; options: string[] };

/** Prints what apt would fetch, and so the suites it is configured for; reads both source formats, needs no lists. */
export const CONFIGURED = ["--print-uris", "update"];

/**
 * The archive of `release` as this machine reaches it: its own Debian sources with the release exchanged. apt itself
 * reads the sources, so any mirror works, and no host name is written down here.
 * @param release code name, "trixie"
 * @throws ToolError when apt is not here or no Debian source is configured
 */
export async function machineArchive(release: string): Promise<Archive> {
  const [uris, config, own] = await Promise.all([apt("apt-get", CONFIGURED), apt("apt-config", ["dump"]), codename()]);
  return { suites: suitesOf(configuredSuites(uris), own, release), options: optionsOf(config) };
}

/** Suites in the output of `apt-get --print-uris update`. */
export function configuredSuites(uris: string): Suite[] {
  return [...uris.matchAll(/^'(.+)\/dists\/([^/']+)\/InRelease'/gm)].map(([, uri = "", suite = ""]) => ({
    uri,
    suite,
  }));
}

/**
 * Suites of `own` (the machine's release) rewritten to `release`; "bookworm-security" becomes "trixie-security".
 * @throws ToolError when the release itself is not among them
 */
export function suitesOf(configured: Suite[], own: string, release: string): Suite[] {
  const wanted = ["", "-updates", "-security"];
  const suites = configured.flatMap(({ uri, suite }) =>
    wanted.some((kind) => suite === own + kind) ? [{ uri, suite: release + suite.slice(own.length) }] : [],
  );
  if (suites.some(({ suite }) => suite === release)) return suites;
  throw new ToolError(`expected a Debian source for ${own} in apt's configuration, got none: add one, then repeat`);
}

/** The apt options that decide whether an old Release file is accepted: a frozen mirror needs them in an image too. */
export function optionsOf(dump: string): string[] {
  return dump.split("\n").filter((line) => /^Acquire::Check-(Valid-Until|Date) /.test(line));
}

/** One-line form, for mmdebstrap and for apt. */
export function sourcesList(suites: Suite[]): string {
  return suites.map(({ uri, suite }) => `deb ${uri} ${suite} main\n`).join("");
}

/** deb822 form with the distribution's own keyring, as the official images carry it. */
export function debianSources(suites: Suite[]): string {
  const keyring = "/usr/share/keyrings/debian-archive-keyring.pgp";
  const stanza = ({ uri, suite }: Suite) =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`;
  return suites.map(stanza).join("\n");
}

async function codename(): Promise<string> {
  const release = parseEnv(await readFile("/etc/os-release", "utf8").catch(() => ""));
  const name = release["VERSION_CODENAME"];
  if (release["ID"] !== "debian" || name === undefined) {
    throw new ToolError(
      "expected Debian to rebuild the bases from its packages, got another system: use BASES=hub here",
    );
  }
  return name;
}

async function apt(command: string, args: string[]): Promise<string> {
  return run(command, args, { maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout }) => stdout,
    (cause: unknown) => {
      throw new ToolError(
        `expected ${command} to work, it did not: the bases can only be rebuilt on Debian; use BASES=hub`,
        { cause },
      );
    },
  );
}

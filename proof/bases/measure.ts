import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { ToolError } from "../errors.ts";
import type { Fingerprint, User } from "./catalog.ts";
import { hasSymbolTable } from "./elf.ts";
import { type Entry, parseListing } from "./listing.ts";

const run = promisify(execFile);
const SHELLS = ["ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"];
const TOOLS =
  "apk apt-get busybox corepack curl dpkg dumb-init file gcc git gpg make npm npx openssl perl pip pnpm ps python3 socat ssh tar tini wget yarn".split(
    " ",
  );
const CA_NAMES = ["ca-bundle.crt", "ca-certificates.crt", "cert.pem", "tls-ca-bundle.pem"];
const ON_PATH = /^\/(usr\/local\/|usr\/)?s?bin\/[^/]+$/;

/** The parts of `docker image inspect` that a fingerprint reads. */
export type Config = {
  Env?: string[] | null;
  Entrypoint?: string[] | null;
  Cmd?: string[] | null;
  WorkingDir?: string;
  User?: string;
};

/** What was read out of the image besides its listing; a file that is not there is "". */
export type Contents = {
  osRelease: string;
  passwd: string;
  npm: string;
  yarn: string;
  corepack: string;
  nodeSymbols: boolean;
  nodeVersion: string;
};

/** A fingerprint as measured: nothing is null, except the Node version of an image without node. */
export function fingerprintOf(config: Config, entries: Entry[], contents: Contents): Fingerprint {
  const programs = entries.filter(
    (entry) => entry.kind === "link" || (entry.kind === "file" && /[1357]/.test(entry.mode.slice(1))),
  );
  const name = (entry: Entry) => entry.path.slice(entry.path.lastIndexOf("/") + 1);
  const named = (names: string[], pattern = /./) =>
    programs.filter((entry) => names.includes(name(entry)) && pattern.test(entry.path));
  const shown = (entry: Entry) => (entry.kind === "link" ? `${entry.path} -> ${entry.target}` : entry.path);
  const platforms = entries.filter((entry) =>
    /^\/usr\/local\/include\/node\/openssl\/archs\/[^/]+$/.test(entry.path),
  ).length;
  const entrypoint = entries.find((entry) => name(entry) === "docker-entrypoint.sh");
  const release = parseEnv(contents.osRelease);
  return {
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    workingDir: config.WorkingDir || "/", // not set and "/" start alike
    user: config.User ?? "",
    nodePaths: named(["node", "nodejs"]).map(shown).sort(inOrder),
    nodeVersion: contents.nodeVersion,
    nodeSymbols: contents.nodeSymbols,
    opensslHeaders: platforms > 1 ? "all" : platforms === 1 ? "own" : "none",
    npmVersion: versionIn(contents.npm),
    yarnVersion: versionIn(contents.yarn),
    corepackVersion: versionIn(contents.corepack),
    release: {
      id: release["ID"] ?? "",
      versionId: release["VERSION_ID"] ?? "",
      prettyName: release["PRETTY_NAME"] ?? "",
    },
    users: usersIn(contents.passwd),
    shells: named(SHELLS)
      .map((entry) => entry.path)
      .sort(inOrder),
    tools: [...new Set(named(TOOLS, ON_PATH).map(name))].sort(inOrder),
    dockerEntrypoint: entrypoint === undefined ? "absent" : { path: entrypoint.path, mode: entrypoint.mode },
    caFiles: entries
      .filter((entry) => entry.kind === "file" && CA_NAMES.includes(name(entry)))
      .map((entry) => entry.path)
      .sort(inOrder),
    etcSslLinks: entries.some((entry) => entry.kind === "link" && entry.path.startsWith("/etc/ssl/")) ? "many" : "none",
    tmpMode: entries.find((entry) => entry.path === "/tmp")?.mode ?? "",
    homes: Object.fromEntries(
      entries
        .filter((entry) => entry.kind === "directory" && /^\/(root|home\/[^/]+)$/.test(entry.path))
        .map((entry) => [entry.path, `${entry.owner} ${entry.mode}`]),
    ),
    sizeBytes: entries.reduce((sum, entry) => sum + entry.bytes, 0),
  };
}

/**
 * Measures a loaded image with `docker image inspect`, `docker export` and one run of its node without network.
 * @param label what the containers carry, "key=value"
 */
export async function measure(image: string, label: string): Promise<Fingerprint> {
  const config = JSON.parse(await docker("image", "inspect", "--format", "{{json .Config}}", image)) as Config;
  const folder = mkdtempSync(join(tmpdir(), "hardened-node-api-measure-"));
  const container = (await docker("create", "--label", label, image)).trim();
  try {
    const list = 'docker export "$1" | tar --list --verbose --numeric-owner --quoting-style=literal';
    const { stdout } = await run("bash", ["-o", "pipefail", "-c", list, "list", container], {
      maxBuffer: 256 * 1024 * 1024,
    });
    const entries = parseListing(stdout).filter((entry) => entry.path !== "/.dockerenv");
    const read = async (path: string) => {
      if (!entries.some((entry) => entry.path === path)) return Buffer.alloc(0);
      await docker("cp", "--follow-link", `${container}:${path}`, join(folder, "file"));
      return readFileSync(join(folder, "file"));
    };
    const text = async (path: string) => (await read(path)).toString("utf8");
    const npm = entries.find((entry) => /\/lib\/node_modules\/npm\/package\.json$/.test(entry.path))?.path ?? "";
    const yarn = entries.find((entry) => /^\/opt\/yarn-[^/]+\/package\.json$/.test(entry.path))?.path ?? "";
    const node = entries.find((entry) => entry.kind === "file" && /\/bin\/node$/.test(entry.path))?.path;
    const version =
      node === undefined
        ? ""
        : await docker("run", "--rm", "--network=none", "--label", label, "--entrypoint", node, image, "--version");
    return fingerprintOf(config, entries, {
      osRelease: await text("/usr/lib/os-release"),
      passwd: await text("/etc/passwd"),
      npm: await text(npm),
      corepack: await text("/usr/local/lib/node_modules/corepack/package.json"),
      yarn: await text(yarn),
      nodeSymbols: node !== undefined && hasSymbolTable(await read(node)),
      nodeVersion: version.trim().replace(/^v/, ""),
    });
  } finally {
    await docker("rm", "--force", container);
    rmSync(folder, { recursive: true, force: true });
  }
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function versionIn(packageJson: string): string {
  return packageJson === "" ? "" : (JSON.parse(packageJson) as { version: string }).version;
}

/** Accounts that a stage can meet; the distribution's system accounts are the same in every Debian. */
function usersIn(passwd: string): Record<string, User> {
  const lines = passwd.split("\n").map((line) => line.split(":"));
  const met = lines.filter(([name, , uid]) => name === "root" || name === "nobody" || Number(uid) >= 1000);
  return Object.fromEntries(
    met.map(([name, , uid, gid, , home, shell]) => [
      name,
      { uid: Number(uid), gid: Number(gid), home: home ?? "", shell: shell ?? "" },
    ]),
  );
}

async function docker(...args: string[]): Promise<string> {
  return run("docker", args, { maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout }) => stdout,
    (cause: unknown) => {
      throw new ToolError(`expected docker ${args[0]} to work, it did not: ${(cause as Error).message}`, { cause });
    },
  );
}

import { execFile } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseEnv } from "node:util";

/** What `docker info --format "{{json .}}"` says, as far as it is read here. */
type Info = {
  ServerVersion?: string;
  DockerRootDir?: string;
  ClientInfo?: { Plugins?: { Name: string; Version: string }[] | null };
};

/** What this machine is and has; every decision is made from these facts alone. */
export type EngineFacts = {
  platform: string;
  root: boolean;
  /** From /etc/os-release; null where there is none. */
  distribution: { id: string; codename: string } | null;
  systemd: boolean;
  client: boolean;
  /** The daemon's program is installed. */
  daemon: boolean;
  /** The engine's version; null when it does not answer, with the reason in `refusal`. */
  server: string | null;
  refusal: string;
  buildx: string | null;
  compose: string | null;
  mmdebstrap: boolean;
  /** Bytes free where the engine keeps its images; null when that is on another machine or unknown. */
  freeBytes: number | null;
  dataRoot: string;
};

/** Looks at this machine; changes nothing. */
export async function gatherFacts(path = searchPath()): Promise<EngineFacts> {
  const { stdout, stderr } = await ask("docker", ["info", "--format", "{{json .}}"], path);
  const info = parse(stdout);
  const plugin = (name: string) =>
    info.ClientInfo?.Plugins?.find((candidate) => candidate.Name === name)?.Version ?? null;
  const dataRoot = info.DockerRootDir || "/var/lib/docker";
  const release = existsSync("/etc/os-release") ? parseEnv(readFileSync("/etc/os-release", "utf8")) : undefined;
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    distribution:
      release === undefined ? null : { id: release["ID"] ?? "", codename: release["VERSION_CODENAME"] ?? "" },
    systemd: existsSync("/run/systemd/system"),
    client: found("docker", path),
    daemon: found("dockerd", `${path}${delimiter}/usr/sbin${delimiter}/sbin`),
    server: info.ServerVersion || null,
    refusal: stderr.trim().split("\n").at(-1) ?? "",
    buildx: plugin("buildx"),
    compose: plugin("compose"),
    mmdebstrap: found("mmdebstrap", path),
    freeBytes: freeBytes(dataRoot, info.ServerVersion ? undefined : "/var/lib"),
    dataRoot,
  };
}

function searchPath(): string {
  return process.env["PATH"] ?? "";
}

/** An engine that does not answer must not hang the question: a stale socket can accept and stay silent. */
function ask(command: string, args: string[], path: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { env: { ...process.env, PATH: path }, timeout: 10_000 }, (error, stdout, stderr) =>
      resolve({ stdout, stderr: stderr || (error?.killed ? "no answer within 10 s" : (error?.message ?? "")) }),
    );
  });
}

function parse(text: string): Info {
  try {
    return JSON.parse(text) as Info;
  } catch {
    return {}; // no client, or one that prints an error instead
  }
}

function found(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

function freeBytes(dataRoot: string, instead: string | undefined): number | null {
  const folder = existsSync(dataRoot) ? dataRoot : instead;
  if (folder === undefined || !existsSync(folder)) return null;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

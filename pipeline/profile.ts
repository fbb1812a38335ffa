import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `profile.json`: the run-time hardening, stated once. */
export type Profile = {
  schemaVersion: 1;
  user: string;
  readOnlyRootFilesystem: boolean;
  tmpfs: { path: string; sizeBytes: number; mode: string; options: string[] };
  dropCapabilities: string[];
  noNewPrivileges: boolean;
  memoryBytes: number;
  cpus: number;
  pidsLimit: number;
  sysctls: Record<string, string>;
};

export function readProfile(): Profile {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../profile.json"), "utf8")) as Profile;
}

/** The profile as `docker run` arguments. The default seccomp filter is on unless somebody switches it off. */
export function dockerArguments(profile: Profile): string[] {
  const { tmpfs } = profile;
  return [
    `--user=${profile.user}`,
    ...(profile.readOnlyRootFilesystem ? ["--read-only"] : []),
    `--tmpfs=${tmpfs.path}:rw,${tmpfs.options.join(",")},size=${tmpfs.sizeBytes},mode=${tmpfs.mode}`,
    ...profile.dropCapabilities.map((capability) => `--cap-drop=${capability}`),
    ...(profile.noNewPrivileges ? ["--security-opt=no-new-privileges"] : []),
    `--memory=${profile.memoryBytes}`,
    `--memory-swap=${profile.memoryBytes}`, // equal: no swap on top of the limit
    `--cpus=${profile.cpus}`,
    `--pids-limit=${profile.pidsLimit}`,
    ...Object.entries(profile.sysctls).map(([name, value]) => `--sysctl=${name}=${value}`),
  ];
}

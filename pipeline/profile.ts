import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PipelineError } from "./errors.ts";

/**
 * `profile.json`: the run-time hardening, stated once. Strict: a misspelt field would silently harden nothing.
 * image-audit has the same shape of its own, because neither may need the other; the ladder passes one through both.
 */
const Profile = z.strictObject({
  schemaVersion: z.literal(1),
  user: z.string().regex(/^\d+:\d+$/, "expected a numeric user and group"),
  readOnlyRootFilesystem: z.boolean(),
  tmpfs: z.strictObject({
    path: z.string().startsWith("/"),
    sizeBytes: z.int().positive(),
    mode: z.string().regex(/^[0-7]{3,4}$/),
    options: z.array(z.string()),
  }),
  dropCapabilities: z.array(z.string()),
  noNewPrivileges: z.boolean(),
  memoryBytes: z.int().positive(),
  cpus: z.number().positive(),
  pidsLimit: z.int().positive(),
  sysctls: z.record(z.string(), z.string()),
  ulimits: z.record(z.string(), z.int().min(0)),
});
export type Profile = z.infer<typeof Profile>;

/** @throws PipelineError CONFIGURATION with everything that is wrong */
export function readProfile(file = join(import.meta.dirname, "../profile.json")): Profile {
  try {
    return Profile.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    const wrong = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new PipelineError("CONFIGURATION", `${file} is not a profile:\n${wrong}`, { cause });
  }
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
    // Soft and hard: nobody inside can raise it again. A pod has no such field, the node's own limits hold there.
    ...Object.entries(profile.ulimits).map(([name, limit]) => `--ulimit=${name}=${limit}:${limit}`),
  ];
}

import { z } from "zod";

/** Run-time hardening as data: what `docker run` flags, Compose and a pod's securityContext express. */
export const Profile = z.strictObject({
  schemaVersion: z.literal(1),
  /** Numeric user and group, "65532:65532". */
  user: z.string().regex(/^\d+:\d+$/),
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
  /** Soft and hard limit at once, by docker's names ("core": 0). A pod has no such field: there the node's own hold. */
  ulimits: z.record(z.string(), z.int().min(0)),
});
export type Profile = z.infer<typeof Profile>;

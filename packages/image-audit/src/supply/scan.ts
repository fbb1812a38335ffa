import { z } from "zod";

/** cosign's vulnerability predicate with a result of grype's. */
const Scan = z.object({
  scanner: z.object({
    uri: z.string(),
    result: z.object({
      matches: z.array(
        z.object({
          vulnerability: z.object({ id: z.string(), severity: z.string() }),
          artifact: z.object({ name: z.string(), version: z.string() }).optional(),
        }),
      ),
    }),
  }),
  metadata: z.object({ scanFinishedOn: z.iso.datetime({ offset: true }) }),
});
export type Scan = z.infer<typeof Scan>;

/** Undefined for a scan whose content cannot be read: it shows nothing, and must not count as clean. */
export function readScan(predicate: unknown): Scan | undefined {
  return Scan.safeParse(predicate).data;
}

import { z } from "zod";

const status = z.object({ from: z.string().optional() });

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
      descriptor: z.object({ db: z.object({ status: status.default({}) }).default({ status: {} }) }).optional(),
    }),
  }),
  metadata: z.object({ scanFinishedOn: z.iso.datetime({ offset: true }) }),
});
export type Scan = z.infer<typeof Scan>;

/** Nothing else is a severity that anybody may leave: what is graver, and what nobody knows by name, blocks. */
const LOW = ["Medium", "Low", "Negligible", "Unknown"];

export type Match = Scan["scanner"]["result"]["matches"][number];
export const isGrave = ({ vulnerability }: Match): boolean => !LOW.includes(vulnerability.severity);

/** Where the scanner's database came from; "" when nobody says. */
export const databaseOf = ({ scanner }: Scan): string => scanner.result.descriptor?.db.status.from ?? "";

/** Undefined for a scan whose content cannot be read: it shows nothing, and must not count as clean. */
export function readScan(predicate: unknown): Scan | undefined {
  return Scan.safeParse(predicate).data;
}

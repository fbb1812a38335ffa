import { z } from "zod";

const Sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** One image as measured. Bytes are of regular files over all layers, hard links once; MB is 10^6. */
export const ImageResult = z.strictObject({
  name: z.string(),
  image: z.strictObject({ reference: z.string(), id: Sha256 }),
  sizeBytes: z.int().positive(),
  compressedBytes: z.int().positive().describe("every layer by gzip -6, as a registry would store it"),
  packages: z.strictObject({ distribution: z.int().nonnegative(), npm: z.int().nonnegative() }),
  executables: z.int().nonnegative().describe("ELF or #! files with an x bit, in the merged file system"),
  uid: z.string().describe("users of the running processes, from /proc"),
  contractHolds: z.boolean(),
  checks: z.record(z.string(), z.enum(["pass", "fail", "unknown", "skipped", "waived"])),
});
export type ImageResult = z.infer<typeof ImageResult>;

const StageResult = z.strictObject({ stage: z.int().min(1).max(4), ...ImageResult.shape });
export type StageResult = z.infer<typeof StageResult>;

/** What tables and pictures show of a stage. */
export type StageFigures = Omit<StageResult, "image">;

/** `out/scorecard.json`: the measured result of the ladder. */
export const Scorecard = z.strictObject({
  schemaVersion: z.literal(1),
  measuredAt: z.iso.datetime(),
  bases: z.array(z.strictObject({ ref: z.string(), digest: Sha256, origin: z.string() })),
  stages: z.array(StageResult),
});
export type Scorecard = z.infer<typeof Scorecard>;

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditReport } from "image-audit";
import { ROOT } from "pipeline/bake";
import { z } from "zod";
import type { Contract } from "./contract.ts";
import { ImageResult } from "./scorecard.ts";

const evidence = z.array(
  z.looseObject({
    message: z.string(),
    layer: z.string().optional(),
    instruction: z.string().optional(),
    path: z.string().optional(),
    pid: z.number().optional(),
    line: z.number().optional(),
  }),
);
const outcome = z.discriminatedUnion("status", [
  z.looseObject({ status: z.literal("pass"), evidence }),
  z.looseObject({ status: z.literal("fail"), evidence, fix: z.string() }),
  z.looseObject({ status: z.enum(["unknown", "skipped"]), reason: z.string() }),
  z.looseObject({
    status: z.literal("waived"),
    waiver: z.looseObject({ id: z.string(), reason: z.string(), expires: z.string() }),
  }),
]);
const Report = z.looseObject({
  schemaVersion: z.literal(1),
  image: z.looseObject({ reference: z.string(), id: z.string() }),
  observedAt: z.string(),
  tool: z.looseObject({ name: z.string(), version: z.string() }),
  results: z.array(z.looseObject({ id: z.string(), outcome })),
});

/** The stored result of an image, if it was measured and is of this shape. */
export function storedResult({ image }: Contract, folder = join(ROOT, "out")): ImageResult | undefined {
  return stored(join(folder, `${image}.json`), ImageResult);
}

/** What every check saw in an image, if that is stored: the evidence behind `storedResult`. */
export function storedReport({ image }: Contract, folder = join(ROOT, "out")): AuditReport | undefined {
  // The shape is held above; that IDs and digests have their form is the writer's promise.
  return stored(join(folder, `${image}.report.json`), Report) as AuditReport | undefined;
}

/** A stored result, or nothing: not measured yet, cut off in the middle, or written by another version. */
export function stored<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

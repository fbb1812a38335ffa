import { z } from "zod";

export const AttackId = z.enum([
  "write-backdoor",
  "spawn-shell",
  "recover-secret",
  "cut-upload",
  "exhaust-memory",
  "swap-image",
]);
export type AttackId = z.infer<typeof AttackId>;

/** One line of a Dockerfile, its ignore file or the profile; `file` is relative to the repository. */
export const Line = z.strictObject({ file: z.string(), line: z.int().positive(), text: z.string() });
export type Line = z.infer<typeof Line>;

/** One attack as it was tried. */
export const AttackResult = z.strictObject({
  id: AttackId,
  title: z.string(),
  verdict: z.enum(["succeeded", "stopped", "not tried"]),
  reason: z.string().optional().describe("why it was not tried, or what a verdict does not say by itself"),
  steps: z.array(z.string()).describe("what the attacker types, in order"),
  evidence: z.array(z.string()).describe("what was seen"),
  stoppedBy: Line.nullable().describe("the line that refused; null when it succeeded or no line of ours did"),
  expected: z
    .strictObject({ verdict: z.enum(["succeeded", "stopped"]), why: z.string() })
    .optional()
    .describe("how it must end on this image, and why"),
});
export type AttackResult = z.infer<typeof AttackResult>;

/** `out/IMAGE.attacks.json`: the six attacks on one stage or variant. */
export const AttackReport = z.strictObject({
  schemaVersion: z.literal(1),
  stage: z.int().min(1).max(4).optional().describe("absent when the image is no stage"),
  image: z.strictObject({ reference: z.string(), id: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  measuredAt: z.iso.datetime(),
  attacks: z.array(AttackResult),
});
export type AttackReport = z.infer<typeof AttackReport>;

import { z } from "zod";

const AttackResult = z.object({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(["succeeded", "stopped", "not tried"]),
  reason: z.string().optional(),
  steps: z.array(z.string()),
  evidence: z.array(z.string()),
  stoppedBy: z.object({ file: z.string(), line: z.number(), text: z.string() }).nullable(),
  expected: z.object({ verdict: z.enum(["succeeded", "stopped"]), why: z.string() }).optional(),
});
export type AttackResult = z.infer<typeof AttackResult>;

/** `out/stage-N.attacks.json`, as `make attack-N` writes it. */
export const AttackReport = z.object({
  schemaVersion: z.literal(1),
  stage: z.int(),
  image: z.object({ reference: z.string(), id: z.string() }),
  measuredAt: z.string(),
  attacks: z.array(AttackResult),
});
export type AttackReport = z.infer<typeof AttackReport>;

/** The attacks in the order of the course, named also where nobody ran them. */
export const ATTACKS: Readonly<Record<string, string>> = {
  "write-backdoor": "Write a backdoor",
  "spawn-shell": "Spawn a shell",
  "recover-secret": "Recover a deleted secret",
  "cut-upload": "Cut an upload",
  "exhaust-memory": "Exhaust memory",
  "swap-image": "Swap the image",
};

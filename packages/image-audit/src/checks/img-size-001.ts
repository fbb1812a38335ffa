import { defineCheck } from "../check.ts";
import { fail, pass } from "../outcome.ts";

export const imgSize001 = defineCheck({
  id: "IMG-SIZE-001",
  title: "The image stays within its size budget",
  severity: "low",
  needs: ["image", "limits.maxBytes"],
  rationale: "What is not in the image needs no patch, cannot be used by an intruder and need not be pulled.",
  remediation: "Build in one stage and copy only what runs into another; start from a smaller base.",
  references: ["https://docs.docker.com/build/building/multi-stage/"],
  judge({ layers }, { maxBytes = 0 }) {
    const seen = `${inBytes(layers.sizeBytes)} in ${layers.layers.length} layers, limit ${inBytes(maxBytes)}`;
    if (layers.sizeBytes <= maxBytes) return pass(seen);
    const [largest] = layers.layers.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    if (largest === undefined) return fail("Raise the limit: the image has no layer.", seen);
    return fail("Leave out what does not run: a multi-stage build, production dependencies, a smaller base.", seen, {
      message: `the largest layer has ${inBytes(largest.sizeBytes)}`,
      layer: largest.digest,
      instruction: largest.instruction,
    });
  },
});

function inBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB (${bytes} bytes)`;
}

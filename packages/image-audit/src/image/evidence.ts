import type { Evidence } from "../outcome.ts";
import type { Layer } from "./observation.ts";
import { redactSecrets } from "./secrets.ts";
import type { Seen } from "./view.ts";

/** Evidence about a path in a layer. A secret in the instruction (a build argument) is replaced. */
export function inLayer(message: string, layer: Layer, path: string): Evidence {
  return { message, layer: layer.digest, instruction: redactSecrets(layer.instruction), path };
}

/** Evidence about a file that a container sees. */
export function seenFile(message: string, { entry, layer }: Seen): Evidence {
  return inLayer(message, layer, entry.path);
}

/** At most so much evidence; what is left out is counted, never silently dropped. */
export function atMost(limit: number, evidence: readonly Evidence[]): Evidence[] {
  const more = evidence.length - limit;
  return more > 0 ? [...evidence.slice(0, limit), { message: `and ${more} more` }] : [...evidence];
}

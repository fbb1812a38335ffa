import type { Contract } from "./contract.ts";
import { signed } from "./contracts/4-signed.ts";
import { alpine } from "./contracts/alpine.ts";
import { chainguard } from "./contracts/chainguard.ts";
import { LadderError } from "./errors.ts";

/** The final images to choose from, by name; distroless is the ladder's own last stage. */
export const variants = { distroless: signed, alpine, chainguard } satisfies Record<string, Contract>;

/**
 * The contract of the variant with this name.
 * @throws LadderError VARIANT_UNKNOWN
 */
export function variantOf(name: string | undefined): Contract {
  const found = Object.entries<Contract>(variants).find(([candidate]) => candidate === name);
  if (found !== undefined) return found[1];
  throw new LadderError(
    "VARIANT_UNKNOWN",
    `expected a variant (${Object.keys(variants).join(", ")}), got "${name ?? "nothing"}"`,
  );
}

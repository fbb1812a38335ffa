import type { Contract } from "./contract.ts";
import { signed } from "./contracts/4-signed.ts";
import { alpine } from "./contracts/alpine.ts";
import { chainguard } from "./contracts/chainguard.ts";
import { LadderError } from "./errors.ts";

/** The final images to choose from, by name; distroless is the ladder's own last stage. */
export const variants = { distroless: signed, alpine, chainguard } satisfies Record<string, Contract>;
export type VariantName = keyof typeof variants;
export const variantNames = Object.keys(variants) as VariantName[];

/** What each costs; none of it is a check. */
export const tradeOffs: Readonly<Record<VariantName, readonly string[]>> = {
  distroless: [
    "no shell: look inside with docker cp, docker export or an ephemeral container",
    "its Node follows a release by days to weeks; it is the base's builders who decide when",
  ],
  alpine: [
    "busybox and apk ship: a shell and a downloader, for you and for an intruder",
    "a native addon must be built for musl; the build refuses an image with one",
    "Node for musl is an unofficial build of the Node project",
  ],
  chainguard: [
    "free of charge there is only the tag latest: Node's major moves with the digest, and was 26 in 2026-06",
    "busybox and npm ship in the free image, and an /app that everybody may write",
    "where the registry is not reachable a look-alike is measured: its size and packages are Debian's, not the vendor's",
  ],
};

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

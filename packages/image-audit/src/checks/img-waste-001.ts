import { defineCheck } from "../check.ts";
import { inLayer } from "../image/evidence.ts";
import { deletedBy, type HiddenFile, hiddenFiles, overwrittenBy } from "../image/hidden.ts";
import type { Layer } from "../image/observation.ts";
import { redactSecrets } from "../image/secrets.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

// Room for the few records that installing a package rewrites: 0.6 % were seen for one apt-get install on a slim base.
// A recursive chown of the app, or caches cleaned up in a later RUN, are more.
const SHARE = 0.02;

export const imgWaste001 = defineCheck({
  id: "IMG-WASTE-001",
  title: "At most 2 % of the image's bytes are overwritten or deleted by a later layer",
  severity: "low",
  needs: ["image"],
  rationale:
    "Such bytes are stored, pulled and scanned with every image, and no container sees them: a chown or chmod of a file " +
    "copies all of it, and a clean-up in a RUN of its own frees nothing.",
  remediation: "Set the owner in COPY --chown, clean up in the RUN that made the files, or use a second stage.",
  references: [
    "https://github.com/wagoodman/dive",
    "https://docs.docker.com/build/building/best-practices/#minimize-the-number-of-layers",
  ],
  judge(observation) {
    const { layers, sizeBytes } = observation.layers;
    const hidden = hiddenFiles(layers, viewOf(observation));
    const wasted = hidden.reduce((sum, { entry }) => sum + entry.size, 0);
    const share = sizeBytes === 0 ? 0 : wasted / sizeBytes;
    const seen = `${megabytes(wasted)} of ${megabytes(sizeBytes)} (${(share * 100).toFixed(1)} %) in ${hidden.length} files`;
    if (share <= SHARE) return pass(`${seen} overwritten or deleted`);
    const worst = hidden.toSorted((a, b) => b.entry.size - a.entry.size).slice(0, 10);
    const left = hidden.length - worst.length;
    return fail(
      "Bring each file once, as it stays: COPY --chown, one RUN that cleans up after itself, a second stage.",
      `${seen} overwritten or deleted; the limit is ${SHARE * 100} %`,
      ...worst.map((file) => told(file, layers)),
      ...(left > 0 ? [`and ${left} smaller files`] : []),
    );
  },
});

function told({ entry, layer }: HiddenFile, layers: readonly Layer[]): Evidence {
  const later = layers.slice(layers.indexOf(layer) + 1);
  const overwriting = overwrittenBy(entry.path, later);
  const deleting = deletedBy(entry.path, later);
  const first = [overwriting, deleting].filter((found) => found !== undefined);
  const [by] = first.toSorted((a, b) => later.indexOf(a) - later.indexOf(b));
  const how = by === overwriting ? "overwritten" : "deleted";
  return inLayer(`${megabytes(entry.size)}, ${how} by ${redactSecrets(by?.instruction ?? "")}`, layer, entry.path);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

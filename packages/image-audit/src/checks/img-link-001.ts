import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { appRoots, filesUnder, isTransient, isUnder, linkedRoots } from "../image/app.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { type MergedView, resolvePath, type Seen, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgLink001 = defineCheck({
  id: "IMG-LINK-001",
  title: "Every symbolic link in the app leads to something in the image",
  severity: "low",
  needs: ["image"],
  rationale:
    "A link into nothing is a module that fails when it is first needed: a workspace package that was not copied, a " +
    "store that stayed in the build stage. Whoever can create its target decides what the app loads.",
  remediation: "Copy what the link needs, or deploy the app with real files.",
  references: ["https://pnpm.io/cli/deploy", "https://nodejs.org/api/modules.html#loading-from-node_modules-folders"],
  judge(observation) {
    const view = viewOf(observation);
    const own = appRoots(view, observation.config);
    const roots = [...own, ...linkedRoots(view, own)];
    const links = filesUnder(view, roots).filter(({ entry }) => entry.type === "symlink");
    const broken = links.flatMap((seen) => {
      const to = targetOf(seen);
      if (resolvePath(view, seen.entry.path) !== null || isTransient(to) || hasContent(view, to)) return [];
      const leaves = roots.some((root) => isUnder(to, root)) ? "is not in the image" : "is outside the app and missing";
      return [seenFile(`link to ${seen.entry.target}: ${to} ${leaves}`, seen)];
    });
    if (broken.length === 0) return pass(`${links.length} symbolic links in the app, none into nothing`);
    return fail("Copy the target into the image, or remove the link.", ...atMost(15, broken));
  },
});

function targetOf({ entry }: Seen): string {
  return posix.resolve(posix.dirname(entry.path), entry.target ?? "");
}

// Tars may leave a folder out that has files.
function hasContent(view: MergedView, folder: string): boolean {
  return [...view.keys()].some((path) => path !== folder && isUnder(path, folder));
}

import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { shells } from "../image/command.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { isExecutable, type MergedView, resolvePath, type Seen, viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

export const imgShell002 = defineCheck({
  id: "IMG-SHELL-002",
  title: "The image has no shell under another name, and no busybox applets",
  severity: "medium",
  needs: ["image"],
  rationale:
    "A shell that was renamed or linked is a shell all the same, and every busybox applet (wget, nc, vi) is one program " +
    "that also has the shell in it. Known by content: busybox, toybox, bash, dash and its kin, ksh, zsh.",
  remediation: "Use a base without a shell, such as distroless; deleting the names it is known by is not enough.",
  references: ["https://busybox.net/downloads/BusyBox.html", "https://github.com/GoogleContainerTools/distroless"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].flatMap((seen) => hiddenShell(view, seen));
    if (found.length === 0) return pass(`no shell under another name among ${view.size} paths`);
    return fail("Use a final base without a shell.", ...atMost(10, found));
  },
});

function hiddenShell(view: MergedView, seen: Seen): Evidence[] {
  const { path, type } = seen.entry;
  if (shells.has(posix.basename(path))) return []; // IMG-SHELL-001 knows it by its name
  const resolved = resolvePath(view, path);
  if (resolved === null || !isExecutable(resolved.entry)) return [];
  const { shell } = resolved.entry;
  if (type !== "symlink") return shell === undefined ? [] : [seenFile(`${shell}, by its content`, seen)];
  const leadsTo = shell ?? (shells.has(posix.basename(resolved.path)) ? posix.basename(resolved.path) : undefined);
  return leadsTo === undefined ? [] : [seenFile(`link to ${resolved.path}, which is ${leadsTo}`, seen)];
}

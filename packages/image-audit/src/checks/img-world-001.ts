import { defineCheck } from "../check.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { type Seen, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgWorld001 = defineCheck({
  id: "IMG-WORLD-001",
  title: "Nothing is writable by everybody, but folders with the sticky bit",
  severity: "medium",
  needs: ["image"],
  rationale:
    "Any user in the container can change such a file, or replace what others put into such a folder; the read-only " +
    "root that would stop it is set at run time, and not by everybody.",
  remediation: "Give write access to one user, or mount a writable place where the app needs one.",
  references: ["https://man7.org/linux/man-pages/man7/inode.7.html"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].filter(isOpen);
    if (found.length === 0) return pass(`nothing open to everybody among ${view.size} paths`);
    const evidence = found.map((seen) => {
      const { type, mode } = seen.entry;
      const kind = type === "directory" ? "folder without sticky bit" : "file";
      return seenFile(`${kind}, writable by everybody: mode ${mode.toString(8).padStart(4, "0")}`, seen);
    });
    return fail("RUN chmod o-w on it in the layer that brings it.", ...atMost(15, evidence));
  },
});

// A symbolic link has no permissions of its own, and devices in /dev are meant for everybody.
function isOpen({ entry: { type, mode } }: Seen): boolean {
  if ((mode & 0o002) === 0) return false;
  return type === "directory" ? (mode & 0o1000) === 0 : type === "file" || type === "hardlink";
}

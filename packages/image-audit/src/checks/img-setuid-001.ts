import { defineCheck } from "../check.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { isExecutable, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgSetuid001 = defineCheck({
  id: "IMG-SETUID-001",
  title: "No program has the setuid or setgid bit",
  severity: "medium",
  needs: ["image"],
  rationale:
    "Whoever executes such a program runs as its owner, mostly root: USER ends there, unless every run remembers " +
    "no-new-privileges.",
  remediation: "Use a base without such programs, or take the bits away in the layer that brings the program.",
  references: ["https://man7.org/linux/man-pages/man2/execve.2.html"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].flatMap((seen) => {
      const { mode, uid, gid } = seen.entry;
      if (!isExecutable(seen.entry) || (mode & 0o6000) === 0) return [];
      const becomes = [
        ...((mode & 0o4000) !== 0 ? [`user ${uid}`] : []),
        ...((mode & 0o2000) !== 0 ? [`group ${gid}`] : []),
      ];
      return [seenFile(`mode ${mode.toString(8).padStart(4, "0")}: runs as ${becomes.join(" and ")}`, seen)];
    });
    if (found.length === 0) return pass(`no setuid or setgid program among ${view.size} paths`);
    return fail("Use a final base without setuid programs, or RUN chmod ug-s on each.", ...atMost(15, found));
  },
});

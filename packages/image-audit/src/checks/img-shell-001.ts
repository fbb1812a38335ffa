import { posix } from "node:path";
import { defineCheck } from "../check.ts";
import { shells } from "../image/command.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { isExecutable, resolvePath, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

export const imgShell001 = defineCheck({
  id: "IMG-SHELL-001",
  title: "The image has no shell",
  severity: "medium",
  needs: ["image"],
  rationale:
    "A command injection without a shell to inject into, and an intruder without one to type into, come much less far.",
  remediation: "Use a base without a shell, such as distroless, and copy the app into it.",
  references: ["https://github.com/GoogleContainerTools/distroless"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].filter(({ entry }) => {
      if (!shells.has(posix.basename(entry.path))) return false;
      // /etc/ksh is a folder, a dangling link is nothing: only what could be executed counts.
      const resolved = resolvePath(view, entry.path);
      return resolved !== null && isExecutable(resolved.entry);
    });
    if (found.length === 0) return pass(`no shell among ${view.size} paths`);
    const evidence = found.map((seen) => seenFile("shell", seen));
    return fail("Use a final base without a shell.", ...atMost(10, evidence));
  },
});

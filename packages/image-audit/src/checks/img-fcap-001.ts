import { defineCheck } from "../check.ts";
import { atMost, seenFile } from "../image/evidence.ts";
import { isExecutable, viewOf } from "../image/view.ts";
import { fail, pass } from "../outcome.ts";

const CAPABILITIES = "security.capability";

export const imgFcap001 = defineCheck({
  id: "IMG-FCAP-001",
  title: "No program has file capabilities",
  severity: "medium",
  needs: ["image"],
  rationale:
    "A program with file capabilities gives them to whoever executes it, as setuid gives root; ls does not show them. " +
    "Under dropped capabilities such a program does not start at all.",
  remediation: "Remove them; a service that listens above 1024 needs none.",
  references: ["https://man7.org/linux/man-pages/man7/capabilities.7.html"],
  judge(observation) {
    const view = viewOf(observation);
    const found = [...view.values()].filter(({ entry }) => isExecutable(entry) && entry.xattrs?.[CAPABILITIES]);
    if (found.length === 0) return pass(`no file capabilities among ${view.size} paths`);
    const evidence = found.map((seen) => seenFile(`extended attribute ${CAPABILITIES}`, seen));
    return fail("RUN setcap -r on each, or copy the program without its attributes.", ...atMost(10, evidence));
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runReap001 = defineCheck({
  id: "RUN-REAP-001",
  title: "PID 1 reaps orphans",
  severity: "low",
  needs: ["runs.orphan"],
  rationale:
    "A process whose parent has ended becomes a child of PID 1. Node takes the exit status of its own children only: the " +
    "others stay as zombies until the pids limit is reached, and then nothing can be started any more.",
  remediation: 'Start node behind an init: ENTRYPOINT ["dumb-init", "--"].',
  references: ["https://man7.org/linux/man-pages/man2/wait.2.html", "https://github.com/Yelp/dumb-init"],
  judge(observation) {
    const { orphanPid, reaped, zombies } = traceOf(observation, "orphan");
    if (reaped === null) return unknown("the orphan did not end in time");
    if (reaped) return pass(`orphan ${orphanPid} ended and is gone`);
    const left = zombies.map(({ pid }) => ({ pid, message: `process ${pid} is a zombie of PID 1` }));
    return fail("Put dumb-init or tini in front of node.", ...left);
  },
});

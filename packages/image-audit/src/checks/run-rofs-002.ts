import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runRofs002 = defineCheck({
  id: "RUN-ROFS-002",
  title: "The root file system is mounted read-only",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "An image cannot make its own root read-only; only the run conditions can. That it would tolerate one protects nobody.",
  remediation: "Run with --read-only, or readOnlyRootFilesystem: true, and a tmpfs for TMPDIR.",
  references: [
    "https://docs.docker.com/reference/cli/docker/container/run/#read-only",
    "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  ],
  judge(observation) {
    const { start, rootReadOnly } = traceOf(observation, "asRun");
    if (rootReadOnly === null) return unknown(`nobody could look: ${start.error}`);
    if (rootReadOnly) return pass({ message: "/ is mounted ro", path: "/" });
    return fail("Run it with --read-only --tmpfs /tmp.", { message: "/ is mounted rw", path: "/" });
  },
});

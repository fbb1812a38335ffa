import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runWrite001 = defineCheck({
  id: "RUN-WRITE-001",
  title: "After one request no file outside the mounts differs from the image",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "Files that an app writes into its own layer grow until the disk is full, are lost with the container, and hide what " +
    "an intruder adds among them.",
  remediation: "Write to TMPDIR or to a volume; log to standard output.",
  references: ["https://docs.docker.com/reference/cli/docker/container/diff/", "https://12factor.net/processes"],
  judge(observation) {
    const { start, writes } = traceOf(observation, "asRun");
    if (!start.ready) return unknown(`the app did not start: ${start.error}`);
    if (writes.length === 0) return pass("the container's layer is empty");
    const paths = writes.map((path) => ({ path, message: `${path} differs from the image` }));
    return fail("Write to TMPDIR or to a volume.", ...paths);
  },
});

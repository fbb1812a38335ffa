import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runWrite002 = defineCheck({
  id: "RUN-WRITE-002",
  title: "After a script of requests, error paths included, no file outside the mounts differs from the image",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "One good request shows one path. Caches, sessions, error logs and crash files are written by the others, the error " +
    "paths above all.",
  remediation: "Write to TMPDIR or to a volume; log to standard output.",
  references: ["https://docs.docker.com/reference/cli/docker/container/diff/", "https://12factor.net/processes"],
  judge(observation) {
    const { start, traffic } = traceOf(observation, "asRun");
    if (!start.ready) return unknown(`the app did not start: ${start.error}`);
    if (traffic === null) return unknown('the workload has no "traffic"');
    const wrong = traffic.answers.find(({ status, expectStatus }) => status !== expectStatus);
    if (wrong !== undefined) {
      const { request, status, expectStatus, error } = wrong;
      return unknown(`${request} was answered ${error ?? status}, expected ${expectStatus}: the script proves nothing`);
    }
    const said = `${traffic.answers.length} requests (${statuses(traffic.answers)})`;
    if (traffic.writes.length === 0) return pass(`the container's layer is empty after ${said}`);
    const paths = traffic.writes.map((path) => ({ path, message: `${path} differs from the image after ${said}` }));
    return fail("Write to TMPDIR or to a volume.", ...paths);
  },
});

function statuses(answers: { status: number | null }[]): string {
  return [...new Set(answers.map(({ status }) => String(status)))].join(", ");
}

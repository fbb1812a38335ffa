import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runEgress001 = defineCheck({
  id: "RUN-EGRESS-001",
  title: "The app starts and answers without any network",
  severity: "medium",
  needs: ["runs.asRun", "runs.isolated"],
  rationale:
    "An app that needs nothing from outside can run where nothing may leave: what was stolen cannot be sent, and what " +
    "was broken into cannot fetch its tools. A download at start, a telemetry call or a licence check breaks that.",
  remediation: "Put what is fetched at start into the image, and let the app start while what it depends on is away.",
  references: [
    "https://docs.docker.com/engine/network/drivers/none/",
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  ],
  judge(observation) {
    const { start, worked } = traceOf(observation, "isolated");
    const asRun = traceOf(observation, "asRun").start;
    const fix = "Let the app start and answer without reaching anything outside.";
    if (!start.ready && !asRun.ready) return unknown(`it does not start as it is run either: ${asRun.error}`);
    if (!start.ready || worked === null) return fail(fix, `it does not start: ${start.error}`, ...lastLine(start.log));
    const { status, expectStatus, error } = worked;
    if (status !== expectStatus) return fail(fix, `the request gave ${error ?? status}, expected ${expectStatus}`);
    return pass(`ready, and answers ${status}, with a loopback interface only`);
  },
});

function lastLine(log: string): string[] {
  const line = log.trim().split("\n").at(-1);
  return line ? [line] : [];
}

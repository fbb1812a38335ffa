import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";
import type { ArbitraryUserTrace } from "../run/observation.ts";

const fix = "Let the app's files be readable by all, write to the temporary folder only, and look up no user name.";

export const runUid001 = defineCheck({
  id: "RUN-UID-001",
  title: "The app starts and works as a user and a group that the image does not know",
  severity: "medium",
  needs: ["runs.arbitraryUser"],
  rationale:
    "OpenShift gives every namespace its own user numbers, with group 0; Kubernetes' runAsUser and runAsGroup override " +
    "the image's. Files that only the image's user can read, a home folder, or a look-up in /etc/passwd fail there.",
  remediation: fix,
  references: [
    "https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/images/creating-images",
    "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  ],
  judge(observation) {
    const { attempts } = traceOf(observation, "arbitraryUser");
    const problems = attempts.flatMap(problemOf);
    if (problems.length > 0) return fail(fix, ...problems);
    return pass(`it starts and works as ${attempts.map(({ user }) => user).join(" and as ")}`);
  },
});

function problemOf({ user, start, worked }: ArbitraryUserTrace["attempts"][number]): string[] {
  const lastWords = start.log.trimEnd().split("\n").at(-1);
  if (!start.ready) return [`as ${user} it did not start: ${start.error}; its last words: ${lastWords}`];
  if (worked === null || worked.status === worked.expectStatus) return [];
  return [`as ${user} the request was not answered ${worked.expectStatus}: ${worked.error ?? worked.status}`];
}

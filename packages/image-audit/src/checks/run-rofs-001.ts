import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { type Evidence, fail, pass, unknown } from "../outcome.ts";
import type { ReadOnlyTrace, Start } from "../run/observation.ts";

const readOnlyError = /EROFS|read-only/i;
// Every container has /dev/shm, writable by all, also under a read-only root. Root can write to /dev itself, a tmpfs.
const given = new Set(["/dev", "/dev/shm"]);

export const runRofs001 = defineCheck({
  id: "RUN-ROFS-001",
  title: "The app starts and works on a read-only root file system and leaves nothing in its temporary folder",
  severity: "high",
  needs: ["runs.asRun", "runs.readOnly"],
  rationale:
    "Whoever breaks into an app wants to leave something: a web shell, a changed script, a tool. On a read-only root " +
    "there is no place for it. Most apps would run that way, and nobody has tried.",
  remediation: "Write temporary files to TMPDIR only, delete them after use, and keep state out of the container.",
  references: [
    "https://docs.docker.com/reference/cli/docker/container/run/#read-only",
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  ],
  judge(observation) {
    const trace = traceOf(observation, "readOnly");
    const asRun = traceOf(observation, "asRun").start;
    // Under a profile it is run read-only as well: then only its own words tell.
    if (!trace.start.ready && !asRun.ready && !readOnlyError.test(trace.start.log)) {
      return unknown(`it does not start as it is run either: ${asRun.error}`);
    }
    if (!trace.start.ready) {
      return fail(
        "Let the app write to TMPDIR only.",
        `it does not start: ${trace.start.error}`,
        ...lastWords(trace.start),
      );
    }
    if (trace.rootWriteErrno !== "EROFS") {
      return unknown(`the root was not read-only: a write to it gave ${trace.rootWriteErrno ?? "a file"}`);
    }
    const problems = problemsOf(trace);
    if (problems.length > 0) return fail("Write to TMPDIR only, and delete what was written.", ...problems);
    const worked = trace.worked === null ? "it starts" : `it starts and answers ${trace.worked.status}`;
    return pass(`${worked}; a write to / gives EROFS; only ${trace.tmpfs} is writable, and empty after the request`);
  },
});

function problemsOf({ worked, tmpfs, writable, leftovers }: ReadOnlyTrace): Evidence[] {
  const answer = worked?.error ?? worked?.status;
  return [
    ...(worked === null || worked.status === worked.expectStatus
      ? []
      : [{ message: `the request gave ${answer}, expected ${worked.expectStatus}` }]),
    ...writable
      .filter((path) => path !== tmpfs && !given.has(path))
      .map((path) => ({ path, message: `${path} is writable, too: a VOLUME of the image` })),
    ...leftovers.map((path) => ({ path, message: `${path} was left behind by the request` })),
  ];
}

function lastWords({ log }: Start): Evidence[] {
  const lines = log.trim().split("\n");
  const telling = lines.find((line) => readOnlyError.test(line)) ?? lines.at(-1);
  return telling ? [{ message: telling.trim() }] : [];
}

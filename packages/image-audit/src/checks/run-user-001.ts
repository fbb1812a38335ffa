import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { type Evidence, fail, pass, unknown } from "../outcome.ts";
import type { Process } from "../run/observation.ts";

export const runUser001 = defineCheck({
  id: "RUN-USER-001",
  title: "No process of the running container is root, by user or by group",
  severity: "high",
  needs: ["runs.asRun"],
  rationale:
    "The configured user is only where a container starts: an entrypoint script may be root, a setuid file may become " +
    "it again. What counts is who every process is: real, effective, saved and file system identity, and every group.",
  remediation: "Run as a numeric user and group, and let nothing in the image change them.",
  references: [
    "https://man7.org/linux/man-pages/man7/credentials.7.html",
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  ],
  judge(observation) {
    const { start, processes } = traceOf(observation, "asRun");
    if (processes.length === 0) return unknown(`no process could be looked at: ${start.error ?? "none was there"}`);
    const roots = processes.flatMap(rootsOf);
    if (roots.length > 0) return fail("Write USER 65532:65532 and start the app without a root script.", ...roots);
    const identities = new Set(processes.map(({ uids, gids }) => `${uids[0]}:${gids[0]}`));
    return pass(`${processes.length} processes, all ${[...identities].join(", ")}`);
  },
});

function rootsOf({ pid, uids, gids, groups, argv }: Process): Evidence[] {
  const roles = [
    ...(uids.includes(0) ? [`user IDs ${uids.join(" ")}`] : []),
    ...(gids.includes(0) ? [`group IDs ${gids.join(" ")}`] : []),
    ...(groups.includes(0) ? [`supplementary groups ${groups.join(" ")}`] : []),
  ];
  return roles.length === 0 ? [] : [{ pid, message: `process ${pid} (${argv.join(" ")}) has ${roles.join(", ")}` }];
}

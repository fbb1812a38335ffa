import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { type Evidence, fail, pass, unknown } from "../outcome.ts";
import type { Process } from "../run/observation.ts";

const seccompFilter = 2; // SECCOMP_MODE_FILTER

export const runPriv001 = defineCheck({
  id: "RUN-PRIV-001",
  title: "No process has a capability or can gain one, and all are under a system call filter",
  severity: "high",
  needs: ["runs.asRun"],
  rationale:
    "A capability is a piece of root. Without no_new_privs a setuid file gives them back; without a seccomp filter every " +
    "system call of the kernel can be attacked. That an option was given is not proof: /proc says what holds.",
  remediation: "Run with --cap-drop ALL --security-opt no-new-privileges and the engine's default seccomp profile.",
  references: [
    "https://man7.org/linux/man-pages/man7/capabilities.7.html",
    "https://docs.kernel.org/userspace-api/no_new_privs.html",
    "https://docs.docker.com/engine/security/seccomp/",
  ],
  judge(observation) {
    const { start, processes } = traceOf(observation, "asRun");
    if (processes.length === 0) return unknown(`no process could be looked at: ${start.error ?? "none was there"}`);
    const privileged = processes.flatMap(privilegesOf);
    if (privileged.length > 0) {
      return fail("Run it with --cap-drop ALL --security-opt no-new-privileges.", ...privileged);
    }
    return pass(`${processes.length} processes: CapEff 0, NoNewPrivs 1, Seccomp ${seccompFilter}`);
  },
});

function privilegesOf({ pid, argv, capEff, noNewPrivs, seccomp }: Process): Evidence[] {
  const found = [
    ...(/[^0]/.test(capEff) ? [`effective capabilities ${capEff}`] : []),
    ...(noNewPrivs ? [] : ["no_new_privs off"]),
    ...(seccomp === seccompFilter ? [] : [`seccomp mode ${seccomp}`]),
  ];
  return found.length === 0 ? [] : [{ pid, message: `process ${pid} (${argv.join(" ")}): ${found.join(", ")}` }];
}

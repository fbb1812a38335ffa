import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runCap001 = defineCheck({
  id: "RUN-CAP-001",
  title: "No process could ever get a capability: the bounding set is empty",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "A process that is not root has no effective capability, dropped or not; the bounding set says what a setuid " +
    "program or a way to root would give it.",
  remediation: "Run with --cap-drop ALL.",
  references: ["https://man7.org/linux/man-pages/man7/capabilities.7.html"],
  judge(observation) {
    const { start, processes } = traceOf(observation, "asRun");
    if (processes.length === 0) return unknown(`no process could be looked at: ${start.error ?? "none was there"}`);
    const bounded = processes.filter(({ capBnd }) => /[^0]/.test(capBnd));
    if (bounded.length === 0) return pass(`${processes.length} processes: CapBnd 0`);
    const evidence = bounded.map(({ pid, argv, capBnd }) => ({
      pid,
      message: `process ${pid} (${argv.join(" ")}): bounding set ${capBnd}`,
    }));
    return fail("Run it with --cap-drop ALL.", ...evidence);
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

const firstUnprivileged = 1024; // the kernel's own default

export const runPort001 = defineCheck({
  id: "RUN-PORT-001",
  title: "Nothing in the container listens on a port below 1024",
  severity: "medium",
  needs: ["runs.asRun"],
  rationale:
    "Ports below 1024 need a capability wherever the platform leaves the kernel's default. Docker hides it by setting " +
    "another one, so an image that listens on 80 as a plain user works on a laptop and fails with EACCES elsewhere.",
  remediation: "Listen on a high port (3000, 8080) and let the Service or the published port say 80 or 443.",
  references: [
    "https://docs.kernel.org/networking/ip-sysctl.html",
    "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
  ],
  judge(observation) {
    const { start, listening } = traceOf(observation, "asRun");
    if (listening.length === 0) return unknown(`no socket that listens was seen: ${start.error ?? "none was there"}`);
    const low = listening.filter(({ port }) => port < firstUnprivileged);
    const say = ({ address, port }: { address: string; port: number }) => `${address} port ${port}`;
    if (low.length > 0) return fail("Listen on a port from 1024 on.", ...low.map(say));
    return pass(`listening: ${listening.map(say).join(", ")}`);
  },
});

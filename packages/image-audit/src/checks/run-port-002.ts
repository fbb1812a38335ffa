import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

const kernelDefault = 1024;

export const runPort002 = defineCheck({
  id: "RUN-PORT-002",
  title: "Ports below 1024 are closed to processes without privileges (net.ipv4.ip_unprivileged_port_start)",
  severity: "low",
  needs: ["runs.asRun"],
  rationale:
    "Docker sets it to 0: everybody may bind every port, and no test there shows what a platform with the kernel's " +
    "default says. With 1024 set, a run on Docker proves something, and nothing in the container can pose as port 443.",
  remediation: "Run with --sysctl net.ipv4.ip_unprivileged_port_start=1024.",
  references: [
    "https://docs.kernel.org/networking/ip-sysctl.html",
    "https://docs.docker.com/reference/cli/docker/container/run/#sysctl",
  ],
  judge(observation) {
    const { start, unprivilegedPortStart: first } = traceOf(observation, "asRun");
    if (first === null) return unknown(`the setting was not readable: ${start.error ?? "the kernel has none"}`);
    const seen = `net.ipv4.ip_unprivileged_port_start is ${first}`;
    if (first >= kernelDefault) return pass(seen);
    return fail("Run it with --sysctl net.ipv4.ip_unprivileged_port_start=1024.", seen);
  },
});

import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, skipped, unknown } from "../outcome.ts";

export const runCa004 = defineCheck({
  id: "RUN-CA-004",
  title: "Until it is asked, Node trusts the roots it brings along and none of the system's store",
  severity: "low",
  needs: ["runs.tls"],
  rationale:
    "Node has its roots built in: it needs no CA files in the image, and a platform's authority mounted into the system's " +
    "store has no effect before --use-system-ca. A Node that a distribution built otherwise trusts what lies in the " +
    "image's store without a line that says so.",
  remediation: "Use an official build of Node, and ask for the system's store where it is wanted.",
  references: ["https://nodejs.org/api/cli.html#--use-bundled-ca---use-openssl-ca"],
  judge(observation) {
    const { withoutCa, systemPlaces, bundledRoots } = traceOf(observation, "tls");
    const { NODE_OPTIONS = "", NODE_USE_SYSTEM_CA } = observation.config.env;
    if (/--use-(system|openssl)-ca/.test(NODE_OPTIONS) || NODE_USE_SYSTEM_CA === "1") {
      return skipped("the image's environment asks for the system's store");
    }
    if (withoutCa.connected) return unknown("it connects without any authority, so this proves nothing");
    const read = systemPlaces.filter(({ acceptedUnasked }) => acceptedUnasked);
    const fix = "Use an official build of Node.";
    if (bundledRoots === 0) return fail(fix, "it brings no roots along");
    if (read.length > 0) {
      return fail(fix, ...read.map(({ path }) => ({ path, message: `${path} is read without being asked for` })));
    }
    return pass(`${bundledRoots} roots of its own; not read: ${systemPlaces.map(({ path }) => path).join(", ")}`);
  },
});

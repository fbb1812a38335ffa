import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runCa002 = defineCheck({
  id: "RUN-CA-002",
  title: "An authority that is mounted into the system's store is accepted with --use-system-ca",
  severity: "medium",
  needs: ["runs.tls"],
  rationale:
    "Platforms put a company's authority into the system's store and expect every program to read it. Node does so only " +
    "when asked, and where it looks depends on the image's environment.",
  remediation:
    "Use a Node that knows --use-system-ca, and let SSL_CERT_FILE and SSL_CERT_DIR name what can be mounted.",
  references: ["https://nodejs.org/api/cli.html#--use-system-ca"],
  judge(observation) {
    const { withoutCa, systemStore, systemPlaces } = traceOf(observation, "tls");
    if (withoutCa.connected) return unknown("it connects without any authority, so this proves nothing");
    const accepted = systemPlaces.filter((place) => place.accepted).map(({ path }) => path);
    if (systemStore.connected)
      return pass(...accepted.map((path) => ({ path, message: `accepted when mounted at ${path}` })));
    const places = systemPlaces.map(({ path }) => path).join(", ");
    return fail(
      "Check SSL_CERT_FILE and the version of Node.",
      `refused with ${systemStore.code}; mounted at ${places}`,
    );
  },
});

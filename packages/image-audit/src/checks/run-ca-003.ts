import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass, unknown } from "../outcome.ts";

export const runCa003 = defineCheck({
  id: "RUN-CA-003",
  title: "An authority named in SSL_CERT_FILE is accepted with --use-openssl-ca",
  severity: "low",
  needs: ["runs.tls"],
  rationale:
    "OpenSSL's own store is the one that other programs of a platform share, named in SSL_CERT_FILE and SSL_CERT_DIR. " +
    "Node reads it only with --use-openssl-ca; without the switch the variable does nothing, and nothing says so.",
  remediation: "Use a Node with its own OpenSSL, or the one of a distribution that kept the switch.",
  references: [
    "https://nodejs.org/api/cli.html#--use-bundled-ca---use-openssl-ca",
    "https://nodejs.org/api/cli.html#ssl_cert_filefile",
  ],
  judge(observation) {
    const { withoutCa, opensslStore } = traceOf(observation, "tls");
    if (withoutCa.connected) return unknown("it connects without any authority, so this proves nothing");
    if (opensslStore.connected) return pass("accepted when SSL_CERT_FILE names it, refused without the switch");
    return fail("Check the version of Node and how it was built.", `refused with ${opensslStore.code}`);
  },
});

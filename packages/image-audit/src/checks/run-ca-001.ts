import { defineCheck } from "../check.ts";
import { traceOf } from "../observation.ts";
import { fail, pass } from "../outcome.ts";
import type { TlsAttempt } from "../run/observation.ts";

/** What Node says of a chain that ends at an authority it does not know. */
const untrusted: ReadonlySet<string | null> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

export const runCa001 = defineCheck({
  id: "RUN-CA-001",
  title: "Node verifies servers: a private authority is refused, accepted once it is named, and never for another host",
  severity: "high",
  needs: ["runs.tls"],
  rationale:
    "NODE_TLS_REJECT_UNAUTHORIZED=0 in an image switches verification off for every connection, and everything goes on " +
    "working. Companies sign their own servers: the image must take their authority by a mount, without a rebuild.",
  remediation: "Remove NODE_TLS_REJECT_UNAUTHORIZED from the image; mount the authority and set NODE_EXTRA_CA_CERTS.",
  references: [
    "https://nodejs.org/api/cli.html#node_extra_ca_certsfile",
    "https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue",
  ],
  judge(observation) {
    const { withoutCa, nodeExtraCaCerts, wrongHost } = traceOf(observation, "tls");
    const problems = [
      ...(untrusted.has(withoutCa.code) ? [] : [`an unknown authority: ${say(withoutCa)}`]),
      ...(nodeExtraCaCerts.connected ? [] : [`the same named in NODE_EXTRA_CA_CERTS: ${say(nodeExtraCaCerts)}`]),
      ...(wrongHost.code === "ERR_TLS_CERT_ALTNAME_INVALID"
        ? []
        : [`a certificate of another host: ${say(wrongHost)}`]),
    ];
    if (problems.length > 0) return fail("Leave certificate verification on, and mount the authority.", ...problems);
    return pass(`refused without the authority (${withoutCa.code}), accepted with it, wrong host ${wrongHost.code}`);
  },
});

function say({ connected, code }: TlsAttempt): string {
  return connected ? "connected" : `refused with ${code}`;
}

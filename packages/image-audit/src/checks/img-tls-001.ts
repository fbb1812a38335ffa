import { defineCheck } from "../check.ts";
import { startedPrograms } from "../image/started.ts";
import { viewOf } from "../image/view.ts";
import { type Evidence, fail, pass } from "../outcome.ts";

const VARIABLE = "NODE_TLS_REJECT_UNAUTHORIZED";

export const imgTls001 = defineCheck({
  id: "IMG-TLS-001",
  title: "The image does not switch the verification of TLS certificates off",
  severity: "critical",
  needs: ["image"],
  rationale:
    "With NODE_TLS_REJECT_UNAUTHORIZED=0 every TLS client in the process accepts any certificate: whoever sits on the " +
    "way reads and answers as the server.",
  remediation: "Remove the variable; trust a private CA with NODE_EXTRA_CA_CERTS or --use-system-ca.",
  references: ["https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue"],
  judge(observation) {
    const { config } = observation;
    // Node reads exactly "0"; any other value verifies.
    const found: Evidence[] = config.env[VARIABLE] === "0" ? [{ message: `environment variable ${VARIABLE}=0` }] : [];
    for (const { env, argv, where } of startedPrograms(viewOf(observation), config)) {
      if (env[VARIABLE] === "0") found.push({ message: `${where}: ${VARIABLE}=0 for ${argv[0] ?? "the shell"}` });
    }
    if (found.length > 0) return fail("Mount the private CA and name it in NODE_EXTRA_CA_CERTS.", ...found);
    return pass(`${VARIABLE} is not 0 in the environment, the start command and the health check`);
  },
});

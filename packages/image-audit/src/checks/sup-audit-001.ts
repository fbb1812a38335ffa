import { z } from "zod";
import { fail, pass } from "../outcome.ts";
import { defineSupplyCheck, predicatesOf, TYPES } from "../supply/check.ts";

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
const TestResult = z.object({
  result: z.enum(["PASSED", "WARNED", "FAILED"]),
  passedTests: z.array(z.string()).optional(),
  failedTests: z.array(z.string()).optional(),
});

export const supAudit001 = defineSupplyCheck({
  id: "SUP-AUDIT-001",
  title: "The image was audited, and every attested audit passed",
  severity: "medium",
  rationale: "The registry copy cannot be run to be judged; the report says what was seen when it ran in the pipeline.",
  remediation: "Attest the audit report in the release workflow.",
  references: ["https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md"],
  judge(observation) {
    const reports = predicatesOf(observation, TYPES.audit).map((one) => TestResult.safeParse(one).data);
    if (reports.length === 0) return fail("Attest the audit report.", "no audit report is attested");
    const problems = reports.flatMap((report) => {
      if (report === undefined) return ["an audit report cannot be read"];
      const failed = report.failedTests ?? [];
      if (report.result !== "PASSED" || failed.length > 0) return [`audit ${report.result}: ${failed.join(", ")}`];
      // A report in which nothing ran has not passed.
      return (report.passedTests ?? []).length === 0 ? ["an audit report names no check that passed"] : [];
    });
    if (problems.length > 0) return fail("Mend what failed and release again.", ...problems);
    return pass(...reports.map((report) => `${report?.passedTests?.length} checks passed`));
  },
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Gate, readJson } from "./gate.ts";

/** What image-audit is told of this service: how to talk to it, and how big it may be. */
const { WORKLOAD = "", MAX_BYTES = "" } = process.env;

/** The report of `image-audit IMAGE --json`. */
export type Report = { image: { id: string }; results: { id: string; outcome: { status: string } }[] };

/** What image-audit said, where it is installed. */
export const reportOf = (out: string): Report | undefined =>
  existsSync(join(out, "image/report.json")) ? (readJson(out, "image/report.json") as Report) : undefined;

/** in-toto's test result. Whatever is neither pass, waived nor skipped has failed; so has an audit of nothing. */
export function auditPredicate({ results }: Report) {
  const passedTests = results.filter(({ outcome }) => outcome.status === "pass").map(({ id }) => id);
  const failed = results.filter(({ outcome }) => !["pass", "waived", "skipped"].includes(outcome.status));
  const result = failed.length === 0 && passedTests.length > 0 ? "PASSED" : "FAILED";
  return { result, configuration: [{ name: "profile.json" }], passedTests, failedTests: failed.map(({ id }) => id) };
}

/** A finding blocks, and so does an unknown outcome. Without the tool nothing is judged, and nothing is attested of it. */
export const image: Gate = {
  name: "image",
  inputs: ({ root }) => ({ files: [join(root, "profile.json"), WORKLOAD], values: [MAX_BYTES] }),
  validHours: 24, // the tool may know more tomorrow
  judge: (_, { out }) => {
    const report = reportOf(out);
    if (report === undefined) return { findings: [], seen: "image-audit is not installed", skipped: true };
    const { result, passedTests, failedTests } = auditPredicate(report);
    const finding = `not passed: ${failedTests.join(", ") || "nothing was judged"}`;
    return { findings: result === "PASSED" ? [] : [finding], seen: `${passedTests.length} checks passed` };
  },
};

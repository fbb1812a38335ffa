import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Gate, readJson, text } from "./gate.ts";
import { readTrust, TYPES } from "./trust.ts";

/** What image-audit is told of this service: how to talk to it, and how big it may be. */
const { WORKLOAD = "", MAX_BYTES = "" } = process.env;

/** The report of `image-audit IMAGE --json`. */
const results = z.array(z.object({ id: text, outcome: z.object({ status: text }) }));
const Report = z.object({ image: z.object({ id: text }), results });
type Report = z.infer<typeof Report>;

/** What image-audit said, where it is installed. */
export const reportIn = (...path: string[]): Report | undefined =>
  existsSync(join(...path)) ? readJson(Report, ...path) : undefined;

/** in-toto's test result. Whatever is neither pass, waived nor skipped has failed; so has an audit of nothing. */
export function auditPredicate({ results }: Report) {
  const passedTests = results.filter(({ outcome }) => outcome.status === "pass").map(({ id }) => id);
  const failed = results.filter(({ outcome }) => !["pass", "waived", "skipped"].includes(outcome.status));
  const result = failed.length === 0 && passedTests.length > 0 ? "PASSED" : "FAILED";
  return { result, configuration: [{ name: "profile.json" }], passedTests, failedTests: failed.map(({ id }) => id) };
}

/**
 * A finding blocks, and so does an unknown outcome. Without the tool nothing is judged, and nothing is attested of it:
 * that is for whoever took its statement out of what the trust requires.
 */
export const image: Gate = {
  name: "image",
  inputs: ({ root }) => ({ files: [join(root, "profile.json"), WORKLOAD], values: [MAX_BYTES] }),
  validHours: 24, // the tool may know more tomorrow
  judge: (_, { out, trust }) => {
    const report = reportIn(out, "image/report.json");
    const needed = readTrust(trust).requires.includes(TYPES["audit"] ?? "");
    const none = `image-audit is not installed${needed ? `, and ${trust} requires its report` : ""}`;
    if (report === undefined) return { findings: needed ? [none] : [], seen: none, skipped: true };
    const { result, passedTests, failedTests } = auditPredicate(report);
    const finding = `not passed: ${failedTests.join(", ") || "nothing was judged"}`;
    return { findings: result === "PASSED" ? [] : [finding], seen: `${passedTests.length} checks passed` };
  },
};

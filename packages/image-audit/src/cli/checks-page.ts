import type { Check } from "../check.ts";
import type { SupplyCheck } from "../supply/check.ts";

/** The reference page of all checks, from their metadata alone: Markdown, one section per permanent ID. */
export function checksPage(checks: readonly (Check | SupplyCheck)[]): string {
  const sorted = checks.toSorted((a, b) => a.id.localeCompare(b.id));
  return [
    "# Checks",
    "",
    "Generated from the metadata of each check; a test holds it to them. An ID is permanent: it is never reused or widened.",
    "",
    ...sorted.flatMap(({ id, title, severity, rationale, remediation, references, ...rest }) => [
      `## ${id}`,
      "",
      `${title}.`,
      "",
      `- severity: ${severity}`,
      `- reads: ${needsOf(rest)
        .map((need) => `\`${need}\``)
        .join(", ")}; \`unknown\` when one is missing`,
      `- why: ${rationale}`,
      `- what to do: ${remediation}`,
      ...references.map((reference) => `- see: <${reference}>`),
      "",
    ]),
  ].join("\n");
}

/** A check of the supply chain reads a registry, with what a verifier trusts, and never an engine. */
function needsOf(check: object): readonly string[] {
  return "needs" in check ? (check as Check).needs : ["registry", "trust"];
}

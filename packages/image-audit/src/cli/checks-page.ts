import type { Check } from "../check.ts";

/** The reference page of all checks, from their metadata alone: Markdown, one section per permanent ID. */
export function checksPage(checks: readonly Check[]): string {
  const sorted = checks.toSorted((a, b) => a.id.localeCompare(b.id));
  return [
    "# Checks",
    "",
    "Generated from the metadata of each check; a test holds it to them. An ID is permanent: it is never reused or widened.",
    "",
    ...sorted.flatMap(({ id, title, severity, needs, rationale, remediation, references }) => [
      `## ${id}`,
      "",
      `${title}.`,
      "",
      `- severity: ${severity}`,
      `- reads: ${needs.map((need) => `\`${need}\``).join(", ")}; \`unknown\` when one is missing`,
      `- why: ${rationale}`,
      `- what to do: ${remediation}`,
      ...references.map((reference) => `- see: <${reference}>`),
      "",
    ]),
  ].join("\n");
}

import { expect, test } from "vitest";
import { checks as imageAndRunChecks } from "../checks.ts";
import { supplyChecks } from "../supply/checks.ts";
import { checksPage } from "./checks-page.ts";

const checks = [...imageAndRunChecks, ...supplyChecks];

// After a change of metadata: vitest run --project unit packages/image-audit/src/cli/checks-page.test.ts --update
test("docs/checks.md is what the checks say of themselves", async () => {
  await expect(checksPage(checks)).toMatchFileSnapshot("../../docs/checks.md");
});

test("every check has a section with its reason, its remedy and a reference", () => {
  const sections = checksPage(checks).split("\n## ").slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual(
    checks.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b)),
  );
  for (const section of sections)
    expect(section).toMatch(/- why: .{20,}[\s\S]*- what to do: .{10,}[\s\S]*- see: <https:/);
});

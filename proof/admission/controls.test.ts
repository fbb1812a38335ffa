import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { ROOT } from "../repository-copy.ts";

// The table of docs/admission.md: each control in CI, at admission and at run time.
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const section = read("docs/admission.md").split("## The same control three times")[1]?.split("\n## ")[0] ?? "";
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (control|-)/.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim()),
  );

test("every control has all three, and every cell names a test that exists", () => {
  expect(rows.length).toBeGreaterThan(5);
  for (const [control = "", ...cells] of rows) {
    expect(cells, control).toHaveLength(3);
    for (const cell of cells) {
      const tests = [...cell.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = ""]) => file);
      expect(tests.length, `${control}: ${cell}`).toBeGreaterThan(0);
      for (const file of tests) expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
  }
});

test("checks, policies and rules of the table are there under these names", () => {
  const policies = globSync("policies/k*/*.yaml", { cwd: ROOT })
    .flatMap((file) => parseAllDocuments(read(file)))
    .map((document) => (document.toJS() as { metadata?: { name?: string } }).metadata?.name);
  const rules = (parse(read("policies/falco.yaml")) as { rule?: string }[]).map(({ rule }) => rule);
  for (const [control = "", ci = "", admission = "", runTime = ""] of rows) {
    const check = /^((?:IMG|RUN)-[A-Z]+-\d+):/.exec(ci)?.[1];
    if (check !== undefined) {
      expect(existsSync(join(ROOT, `packages/image-audit/src/checks/${check.toLowerCase()}.ts`)), check).toBe(true);
    }
    const names = [...admission.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
    expect(names.length, control).toBeGreaterThan(0);
    for (const name of names) expect(policies, control).toContain(name);
    expect(rules, control).toContain(runTime.split(":")[0]);
  }
});

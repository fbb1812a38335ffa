import { describe, expect, test } from "vitest";
import { barSentence, count, type Found, gone, holds, vulnerabilityTable } from "./vulnerabilities.ts";

const match = (id: string, severity: string, name = "left-pad", version = "1.0.0") => ({
  vulnerability: { id, severity },
  artifact: { name, version },
});
const database = { status: { from: "https://databases.example", built: "2026-11-28", valid: true }, providers: {} };
const report = (matches: object[]) => ({
  matches,
  descriptor: { version: "1", timestamp: "2026-11-28", db: database },
});
const found = (stage: number, total: number): Found => ({
  stage,
  name: `stage ${stage}`,
  ...count(report(Array.from({ length: total }, (_, index) => match(`CVE-${index}`, "High")))),
});

test("counts by severity, what is there twice once, and a severity that nobody knows as unknown", () => {
  const matches = [match("A", "Critical"), match("A", "Critical"), match("A", "Critical", "other"), match("B", "Odd")];
  expect(count(report(matches))).toMatchObject({ total: 3, counts: { Critical: 2, High: 0, Unknown: 1 } });
  expect(() => count({})).toThrow();
});

describe("the bar of the second stage", () => {
  test("holds from 70 % on", () => {
    expect(holds([found(1, 100), found(2, 30)])).toBe(true);
    expect(holds([found(1, 100), found(2, 31)])).toBe(false);
    expect(barSentence([found(1, 100), found(2, 31)])).toMatch(/^does not hold: stage 2 has lost 70 %/);
  });

  test("does not hold where nothing was found or measured", () => {
    expect(gone(found(1, 0), found(2, 0))).toBe(0);
    expect(holds([found(1, 0), found(2, 0)])).toBe(false);
    expect(holds([found(1, 100)])).toBe(false);
  });
});

test("the table has a column for each image, and what is gone since the first", () => {
  const drawn = vulnerabilityTable([found(1, 100), found(2, 30)]);
  expect(drawn).toMatch(/high +│ 100 +│ 30 /);
  expect(drawn).toMatch(/gone since the first +│ 0 % +│ 70 %/);
});

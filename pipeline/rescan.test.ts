import { expect, test } from "vitest";
import { sbomsOf, scanPredicate } from "./rescan.ts";

const envelope = (predicate: unknown) =>
  JSON.stringify({ payload: Buffer.from(JSON.stringify({ predicate })).toString("base64") });

test("every verified SBOM is scanned again, one of each platform; what cosign says beside them is none", () => {
  const text = `Verification for x --\n${envelope({ a: 1 })}\n${envelope({ a: 2 })}\n`;
  expect(sbomsOf(text)).toEqual([{ a: 1 }, { a: 2 }]);
  expect(sbomsOf("")).toEqual([]);
});

test("the predicate says which database looked, when, and everything that was found", () => {
  const timestamp = "2026-11-24T00:00:00Z";
  const matches = [{ vulnerability: { id: "CVE-1", severity: "High" } }];
  const descriptor = { version: "1.2.3", timestamp, db: { status: { from: "https://db.test", built: timestamp } } };
  expect(scanPredicate({ descriptor, matches })).toMatchObject({
    scanner: { uri: "pkg:github/anchore/grype@1.2.3", db: { uri: "https://db.test" }, result: { matches } },
    metadata: { scanFinishedOn: timestamp },
  });
});

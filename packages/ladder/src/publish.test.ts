import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { specimen } from "../test/specimen.ts";
import { publish, storedInput } from "./publish.ts";

const root = mkdtempSync(join(tmpdir(), "publish-"));
const out = join(root, "out");
const input = specimen();
beforeAll(() => {
  mkdirSync(out);
  writeFileSync(join(out, "scorecard.json"), JSON.stringify(input.card));
  writeFileSync(join(out, "stage-2.report.json"), JSON.stringify(input.reports.get(2)));
  writeFileSync(join(out, "stage-3.report.json"), `{"schemaVersion": 1, "results": "cut o`);
  writeFileSync(join(out, "stage-2.attacks.json"), JSON.stringify(input.attacks.get(2)));
  writeFileSync(join(out, "stage-3.attacks.json"), JSON.stringify({ attacks: "none" }));
});
afterAll(() => rmSync(root, { recursive: true }));

test("without a scorecard there is one sentence that says which command makes one", () => {
  expect(() => storedInput(join(root, "nothing"))).toThrow(
    expect.objectContaining({ code: "NOT_MEASURED", exitCode: 2, message: expect.stringContaining("make scorecard") }),
  );
});

test("what is missing, cut off or of another shape is absent, never an empty pass", () => {
  const { reports, attacks } = storedInput(out);
  expect([...reports.keys()]).toEqual([2]);
  expect([...attacks.keys()]).toEqual([2]);
});

test("page, picture and table are written from what is stored, without an engine", () => {
  expect(publish(out)).toEqual(["out/scorecard.html", "out/scorecard.svg", "out/scorecard.md"]);
  expect(readFileSync(join(out, "scorecard.html"), "utf8")).toContain("found one");
  expect(readFileSync(join(out, "scorecard.md"), "utf8")).toContain("| size");
  expect(existsSync(join(out, `scorecard.html.${process.pid}.part`))).toBe(false);
});

import { expect, test } from "vitest";
import { named } from "../../test/supply.ts";
import { checks } from "../checks.ts";
import { renderChecklist } from "../cli/render-checklist.ts";
import { fail, type Outcome, pass, skipped, unknown } from "../outcome.ts";
import type { AuditReport } from "../report.ts";
import { checklistPoints, judgeChecklist, notToBeRun } from "./checklist.ts";
import { supplyChecks } from "./checks.ts";

const image = { reference: "registry.test/app:1", id: named };
const all = [...checks, ...supplyChecks].map(({ id }) => id);

function reportBut(id?: string, outcome: Outcome = pass("seen")): AuditReport {
  const tool = { name: "image-audit", version: "0" };
  const results = all.map((each) => ({ id: each, outcome: each === id ? outcome : pass("seen") }));
  return { schemaVersion: 1, image, observedAt: "2026-11-24T00:00:00.000Z", tool, results };
}

const blocked = (report: AuditReport) => judgeChecklist(image, [report]).points.filter(({ passed }) => !passed);

test("twelve points, each with checks that exist", () => {
  expect(checklistPoints).toHaveLength(12);
  const ids = checklistPoints.flatMap((point) => point.checks);
  for (const id of ids) expect(all).toContain(id);
  expect(checklistPoints.every((point) => point.checks.length > 0)).toBe(true);
});

test("everything passed: nothing blocks", () => {
  expect(blocked(reportBut())).toEqual([]);
  expect(renderChecklist(judgeChecklist(image, [reportBut()]))).toContain("12 points: fit for production");
});

const ids = checklistPoints.flatMap(({ title, checks: of }) => of.map((id): [string, string] => [id, title]));
test.each(ids)("%s alone blocks its point, failed, unknown, skipped or waived", (id, title) => {
  const waiver = { id, reason: "r", expires: "2027-01-01" };
  const outcomes = [
    fail("mend", "seen"),
    unknown("not seen"),
    skipped("not asked"),
    { status: "waived" as const, waiver, was: fail("mend", "seen") },
  ];
  for (const outcome of outcomes) expect(blocked(reportBut(id, outcome))).toMatchObject([{ title }]);
});

test("what no report mentions blocks", () => {
  const points = judgeChecklist(image, []).points;
  expect(points.every(({ passed }) => !passed)).toBe(true);
  expect(renderChecklist({ schemaVersion: 1, image, points })).toContain("12 block");
});

test.each(["SUP-DIGEST-001", "SUP-REPO-001", "SUP-REVOKED-001", "SUP-SIGN-001", "SUP-SIGN-002"])(
  "an image without a pass of %s is not run, and every check that would have run it says so",
  (id) => {
    const supply = (report: AuditReport) => ({
      ...report,
      results: report.results.filter((result) => result.id.startsWith("SUP-")),
    });
    expect(notToBeRun(supply(reportBut()))).toBeUndefined();
    expect(notToBeRun(supply(reportBut("SUP-SCAN-002", fail("mend", "seen"))))).toBeUndefined(); // bad news is no stranger
    for (const outcome of [fail("mend", "seen"), unknown("seen")]) {
      const report = supply(reportBut(id, outcome));
      expect(notToBeRun(report)).toEqual({ id, reason: `${id} ${outcome.status}: seen` });
      const { points } = judgeChecklist(image, [report], `not run, ${id} is no pass`);
      expect(points.find(({ title }) => title === "not root")?.reasons).toEqual([
        `IMG-USER-001 unknown: not run, ${id} is no pass`,
        `RUN-USER-001 unknown: not run, ${id} is no pass`,
      ]);
    }
  },
);

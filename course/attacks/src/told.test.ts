import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lineIn, profileLine } from "./line.ts";
import { AttackReport, type AttackResult } from "./result.ts";
import { summary, told } from "./told.ts";

const stopped: AttackResult = {
  id: "exhaust-memory",
  title: "exhaust memory",
  verdict: "stopped",
  steps: ["docker exec victim node -e '1;\n2'"],
  evidence: ["192 MiB were taken"],
  stoppedBy: { file: "profile.json", line: 8, text: '"memoryBytes": 1' },
};
const succeeded: AttackResult = { ...stopped, verdict: "succeeded", stoppedBy: null };

test("a stopped attack names its line", () => {
  expect(told(3, stopped).split("\n")).toEqual([
    "  $ docker exec victim node -e '1;",
    "    2'",
    "  seen: 192 MiB were taken",
    expect.stringMatching(/^ {2}STOPPED: .+ends the greedy process/),
    '  by profile.json:8  "memoryBytes": 1',
  ]);
});

test("one that succeeds names the stage that stops it first, or why none does", () => {
  expect(told(1, succeeded)).toContain("stage 3 is the first to stop it: make attack-3");
  expect(told(4, { ...succeeded, id: "swap-image", reason: "no line stops it" })).toMatch(/no line stops it$/);
});

test("a verdict that is not the expected one does not get the reason of the expected one", () => {
  expect(told(3, succeeded)).toMatch(/^ {2}SUCCEEDED$/m);
});

test("the end counts, says what is new here, and leads on", () => {
  const report = AttackReport.parse({
    schemaVersion: 1,
    stage: 3,
    image: { reference: "x:1", id: `sha256:${"1".repeat(64)}` },
    measuredAt: "2026-11-24T00:00:00.000Z",
    attacks: [stopped, { ...succeeded, id: "spawn-shell", title: "spawn a shell" }],
  });
  const text = summary(3, report);
  expect(text).toContain("## Stage 3: 1 of 2 attacks succeeded");
  expect(text).toContain("  stopped    exhaust memory  (profile.json:8)");
  expect(text).toContain("Stopped here and not one stage below: exhaust memory.");
  expect(text).toContain("Next: make attack-4");
  expect(summary(4, report)).not.toContain("Next:");
});

test("a variant is told beside the last stage", () => {
  const report = AttackReport.parse({
    schemaVersion: 1,
    image: { reference: "x:1", id: `sha256:${"1".repeat(64)}` },
    measuredAt: "2026-11-24T00:00:00.000Z",
    attacks: [stopped, { ...succeeded, id: "spawn-shell", title: "spawn a shell" }],
  });
  expect(summary("alpine", report)).toContain("## Alpine: 1 of 2 attacks succeeded");
  expect(summary("alpine", report)).toMatch(/Not stopped here, but on stage 4: spawn a shell\.$/);
  expect(told("alpine", { ...succeeded, id: "spawn-shell" })).toContain("make attack-4");
});

test("a line is found by its content; the last of a kind counts, and none is none", () => {
  const root = mkdtempSync(join(tmpdir(), "lines-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "Dockerfile"), "FROM a AS build\n\nFROM b\n  CMD x\n");
  writeFileSync(join(root, "profile.json"), '{\n  "user": "1:1",\n  "memoryBytes": 5\n}\n');
  expect(lineIn(root, "Dockerfile", /^FROM /)).toEqual({ file: "Dockerfile", line: 3, text: "FROM b" });
  expect(lineIn(root, "Dockerfile", /^CMD \[/)).toBeNull();
  expect(profileLine(root, "memoryBytes")).toEqual({ file: "profile.json", line: 3, text: '"memoryBytes": 5' });
});

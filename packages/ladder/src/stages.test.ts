import { existsSync } from "node:fs";
import { join } from "node:path";
import { checks } from "image-audit";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { lines } from "./lines.ts";
import { stageOf, stages } from "./stages.ts";

const known = new Set(checks.map(({ id }) => id as string));

test.each(stages.map((stage) => [stage.stage, stage] as const))(
  "stage %s names real checks with a reason each",
  (_, stage) => {
    const entries = Object.entries({ ...stage.faults, ...stage.skipped });
    for (const [id, why] of entries) {
      expect(known, id).toContain(id);
      expect((why ?? "").length, id).toBeGreaterThan(10);
    }
    expect(existsSync(join(ROOT, stage.dockerfile))).toBe(true);
  },
);

test("faults only disappear on the way up", () => {
  for (const [index, stage] of stages.entries()) {
    const below = stages[index - 1];
    if (below === undefined) continue;
    const added = Object.keys(stage.faults).filter((id) => !Object.keys(below.faults).includes(id));
    // Exec form makes node PID 1: the shell of stage 1 reaped orphans, node does not.
    expect(added, `stage ${stage.stage}`).toEqual(stage.stage === 2 ? ["RUN-REAP-001"] : []);
  }
  expect(stages.at(-1)?.faults).toEqual({});
});

test("the six lines name real checks", () => {
  expect(lines).toHaveLength(6);
  for (const id of lines.flatMap((line) => line.checks)) expect(known).toContain(id);
});

test.each(["0", "5", "two", undefined])("stage %s is refused with what was expected", (number) => {
  expect(() => stageOf(number)).toThrow(expect.objectContaining({ code: "STAGE_UNKNOWN", exitCode: 2 }));
});

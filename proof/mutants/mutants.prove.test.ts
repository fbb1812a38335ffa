import { spawnSync } from "node:child_process";
import { differences, stageOf } from "ladder";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportOf } from "./catch.ts";
import { type Mutant, of, type Verdict } from "./mutant.ts";
import { mutants, mutate, nameOf } from "./mutate.ts";

const run = new Run("mutants");
let verdicts: Verdict[] = [];
beforeAll(async () => {
  verdicts = await mutate(run);
}, 1_800_000); // all of them: minutes, and more on a busy machine
afterAll(() => run.close());

test("there are at least forty mutants, none twice", () => {
  const changes = mutants.map(({ file, piece, by }) => `${file}: ${piece} → ${by}`);
  expect(new Set(changes).size).toBe(changes.length);
  expect(changes.length).toBeGreaterThanOrEqual(40);
});

test.each(
  mutants.map((mutant, index) => [`${mutant.file}: ${mutant.control}`, nameOf(mutant.caughtBy), index] as const),
)("%s is noticed by %s", (_control, _catcher, index) => {
  expect(verdicts[index]).toMatchObject({ noticed: true });
});

test("a fault of stage 2 that is mended unannounced breaks its contract", async () => {
  const file = "docker/2-multi-stage.Dockerfile";
  const catcher = { check: "IMG-USER-001", stage: 2 } as const;
  const [mended] = of(file, ["a user", "EXPOSE 3000\n", "EXPOSE 3000\nUSER 65532:65532\n", catcher]) as [Mutant];
  const found = differences(stageOf(2), await reportOf(run, mended, mutants.length));
  expect(found.filter(({ id }) => id === "IMG-USER-001")).toEqual([
    expect.objectContaining({ expected: "fail", got: "pass" }),
  ]);
});

test("no image of a mutant is left", () => {
  const images = spawnSync("docker", ["image", "ls", "--quiet", "hardened-node-api-mutant"], { encoding: "utf8" });
  expect(images).toMatchObject({ status: 0, stdout: "" });
});

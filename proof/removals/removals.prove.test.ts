import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checks, judge, type Observation, observe, type Rung } from "image-audit";
import { differences, plantDecoys, profile, stageOf, workload } from "ladder";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { type Removal, removals } from "./controls.ts";

const run = new Run("removals");
const TAG = "hardened-node-api:removal";
afterAll(() => {
  spawnSync("docker", ["image", "rm", "--force", TAG]);
  run.close();
});

/** Builds a stage from a changed copy of the repository, with decoys where a careless checkout has them. */
async function buildFrom(copy: RepositoryCopy, stage: number): Promise<void> {
  plantDecoys(join(copy.root, "course/decoys"));
  plantDecoys(join(copy.root, "apps/api"));
  await build(run, `stage-${stage}`, {
    context: copy.root,
    files: ["course/docker-bake.hcl"],
    bases: join(ROOT, "out/bases.json"),
    tag: TAG,
  });
}

/** The status of one check on the image just built, with only the runs that check needs. */
async function statusOf({ check: id, stage }: Removal): Promise<string | undefined> {
  const check = checks.find((candidate) => candidate.id === id);
  const rungs = (check?.needs ?? []).filter((need) => need.startsWith("runs.")).map((need) => need.slice(5) as Rung);
  const contract = stageOf(stage);
  const observation: Observation = await observe(TAG, {
    workload,
    rungs,
    labels: run.labels,
    signal: run.signal,
    workDir: run.folder,
    stopMs: contract.limits.stopMs ?? 10_000,
    ...(contract.run === "profile" ? { profile: profile() } : {}),
  });
  const results = judge(observation, contract.limits, check === undefined ? [] : [check]).results;
  return results.find((result) => result.id === id)?.outcome.status;
}

test("there is a removal for each of the ten controls", () => {
  expect(new Set(removals.map(({ control }) => control)).size).toBe(10);
});

test.each(removals.map((removal) => [removal.control, removal] as const))(
  "%s removed: its check objects",
  async (_, removal) => {
    using copy = new RepositoryCopy();
    await buildFrom(copy, removal.stage);
    expect(await statusOf(removal), `${removal.check} before the removal`).toBe("pass");
    removal.remove(copy);
    await buildFrom(copy, removal.stage);
    expect(await statusOf(removal), `${removal.check} after the removal`).toBe("fail");
  },
);

test("a fault of stage 1 that is mended makes its contract object", async () => {
  using copy = new RepositoryCopy();
  copy.replace("docker/1-naive.Dockerfile", "EXPOSE 3000\n", "EXPOSE 3000\nUSER 65532:65532\n");
  await buildFrom(copy, 1);
  const observation = await observe(TAG, { workload, rungs: [], labels: run.labels, workDir: run.folder });
  const contract = stageOf(1);
  const found = differences(contract, judge(observation, contract.limits, checks)).filter(
    ({ id }) => id === "IMG-USER-001",
  );
  expect(found).toEqual([expect.objectContaining({ expected: "fail", got: "pass" })]);
});

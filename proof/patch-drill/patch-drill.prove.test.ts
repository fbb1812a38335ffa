import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { abandonedRuns } from "../abandoned.ts";
import { ROOT } from "../repository-copy.ts";
import { unless } from "../unless.ts";
import { admission } from "./admission.ts";
import { bringNeeded, openScene } from "./open-scene.ts";
import type { Scene } from "./scene.ts";
import { type Step, type Walked, walk } from "./step.ts";
import { steps } from "./steps.ts";

// The whole drill once, on one set-up; beside each step the same drill without it.
const missing = await bringNeeded();
const { named, maybe } = unless(missing);
const MINUTES = { timeout: 600_000 };

describe.skipIf(missing !== undefined)(named("the patch drill"), () => {
  const run = new Run("patch-drill-test");
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(run, () => undefined);
  });
  afterAll(() => {
    scene?.[Symbol.dispose]();
    run.close();
  });

  const step = (name: string): Step<Scene> => {
    const found = steps.find((candidate) => candidate.name === name);
    if (found === undefined) throw new TypeError(`expected a step "${name}"`);
    return found;
  };
  /** What a drill sees in which nobody does this step. */
  const without = async (name: string): Promise<Walked | undefined> => {
    const left = { ...step(name), withinMs: 0, act: async () => undefined };
    return (await walk([left], scene))[0];
  };
  const failed = (seen: string) => ({ verdict: "not as expected", seen: expect.stringContaining(seen) as string });
  const passes = async (name: string, seen: string) => {
    const expected = { verdict: "as expected", seen: expect.stringContaining(seen) as string };
    expect((await walk([step(name)], scene))[0]).toMatchObject(expected);
  };

  test(
    "yesterday: an image passes every gate and is admitted; without its release there is none",
    MINUTES,
    async () => {
      expect(await without("release")).toMatchObject(failed("0 gates passed"));
      await passes("release", "9 gates passed: sha256:");
      expect(await without("run it")).toMatchObject(failed("not deployed; a pod would be admitted"));
      await passes("run it", "admitted");
    },
  );

  test("the rescan is red, and no new pod is admitted; without a rescan nobody sees it", MINUTES, async () => {
    expect(await without("notice")).toMatchObject(failed("nothing found; 1 scan attested; a new pod is admitted"));
    await passes("notice", "the job is red: Critical: GHSA-dril-dril-0001 in express");
  });

  test("the pipeline is red at audit, and stays red without the bump", MINUTES, async () => {
    expect(await without("confirm")).toMatchObject(failed("9 gates passed"));
    await passes("confirm", "red at audit: Critical: GHSA-dril-dril-0001 in express");
    expect(await without("bump")).toMatchObject(failed(`express ${scene.dependency.affected}`));
    expect((await walk([step("rebuild")], scene))[0]).toMatchObject(failed("red at audit"));
  });

  test(
    "the bump passes every gate as another digest, which is admitted and replaces the old one",
    MINUTES,
    async () => {
      await passes("bump", `express ${scene.dependency.fixed}`);
      expect(await without("rebuild")).toMatchObject(failed("red at audit"));
      await passes("rebuild", "9 gates passed: sha256:");
      expect(scene.patched).not.toBe(scene.old);
      expect(await without("roll out")).toMatchObject(failed("admitted"));
      await passes("roll out", "admitted; the old one is scaled to 0");
    },
  );

  test(
    "the API server refuses what is revoked, without Kyverno too; what is not revoked is not refused by it",
    MINUTES,
    async () => {
      const before = await without("revoke");
      expect(before).toMatchObject(failed("sha256:"));
      expect(before?.seen).not.toContain("image-source");
      await passes("revoke", "refused by image-source: the digest of an image is revoked");
      await scene.api.done(["delete", "imagevalidatingpolicies", "--all"]);
      const { seen } = await admission(scene, scene.old);
      expect(seen).toContain("refused by image-source: the digest of an image is revoked");
    },
  );
});

maybe(named("Ctrl-C in the middle of a gate leaves neither copy nor process nor image"), MINUTES, async () => {
  const folder = mkdtempSync(join(tmpdir(), "patch-drill-")); // where the drill makes its copy
  const images = ["image", "ls", "--quiet", "hardened-node-api:patch-drill*"];
  const left = () => ({
    runs: abandonedRuns(),
    copies: readdirSync(folder),
    images: spawnSync("docker", images, { encoding: "utf8" }).stdout,
  });
  const before = left();
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn("make", ["patch-drill"], { cwd: ROOT, detached: true, stdio: ["ignore", "ignore", "pipe"], env });
  for await (const chunk of child.stderr) if (String(chunk).includes("audit …")) break;
  expect(left().copies).not.toEqual([]);
  process.kill(-(child.pid ?? 0), "SIGINT");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  await expect.poll(left).toEqual(before);
  expect(spawnSync("ps", ["-eo", "args"], { encoding: "utf8" }).stdout).not.toContain(folder);
  rmSync(folder, { recursive: true });
});

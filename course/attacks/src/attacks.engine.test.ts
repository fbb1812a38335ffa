import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildStage, stageOf, stages, variantOf } from "ladder";
import { ROOT } from "pipeline/bake";
import { RUN_LABEL, Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attacks, attempt } from "./attacks.ts";
import { expectations, type Subject, subjectOf, unexpected } from "./expectations.ts";
import type { AttackId, AttackResult } from "./result.ts";
import { swapImage } from "./swap-image.ts";
import { targetOf } from "./target.ts";

// The six attacks on each stage and variant as its contract runs it.
const run = new Run("attacks-test");
const bases = existsSync(join(ROOT, "out/bases.json")) ? join(ROOT, "out/bases.json") : undefined;
const images = new Map<Subject, string>();
afterAll(() => run.close());

const targets = [...stages, variantOf("alpine"), variantOf("chainguard")];
describe.each(targets.map((contract) => [contract.image, contract] as const))("%s", (_, contract) => {
  const subject = subjectOf(contract);
  const results = new Map<AttackId, AttackResult>();

  beforeAll(async () => {
    const { imageId } = await buildStage(run, contract, bases);
    images.set(subject, imageId);
    // At once: most of an attack is waiting, and each has a container of its own.
    const all = await Promise.all(attacks.map((attack) => attempt(run, attack, targetOf(contract, imageId))));
    for (const result of all) results.set(result.id, result);
  });

  test.each(attacks.map(({ id }) => [id, expectations[id][subject].verdict] as const))("%s is %s", (id) => {
    const result = results.get(id);
    expect(unexpected(subject, result === undefined ? [] : [result]), JSON.stringify(result, null, 1)).toEqual([]);
    expect(result?.evidence.length).toBeGreaterThan(0);
    expect(result?.steps.length).toBeGreaterThan(0);
    // Every attack that is stopped is stopped by a line that is there.
    expect(result?.stoppedBy === null).toBe(result?.verdict !== "stopped");
  });

  test("a step is what somebody else can type: no name, label or ID of this run", () => {
    const steps = [...results.values()].flatMap((result) => result.steps).join("\n");
    for (const own of [run.id, RUN_LABEL, images.get(subject) ?? ""]) expect(steps).not.toContain(own);
  });
});

test("a deployment that names the image by ID is not swapped, and nothing of the attacker's image is left", async () => {
  const target = targetOf(stageOf(4), images.get(4) ?? "");
  const result = await attempt(run, swapImage, { ...target, deployedBy: "id" });
  expect(result).toMatchObject({ verdict: "stopped", stoppedBy: null });
  expect(result.steps).toContain("docker commit bench hardened-node-api:deployed");
  const made = [`--filter=label=${RUN_LABEL}=${run.folder}`, `--filter=reference=hardened-node-api:${run.id}*`];
  for (const filter of made) {
    expect(execFileSync("docker", ["image", "ls", "--quiet", filter], { encoding: "utf8" })).toBe("");
  }
});

test("an image whose app does not start is not tried, and says why", async () => {
  const target = targetOf(stageOf(4), images.get(4) ?? "");
  const [first] = attacks;
  if (first === undefined) throw new Error("there are no attacks");
  // The app cannot stage uploads where nothing is writable, and says so.
  const profile = { ...target.profile, tmpfs: { ...target.profile.tmpfs, path: "/elsewhere" } };
  const result = await attempt(run, first, { ...target, profile });
  expect(result.verdict).toBe("not tried");
  expect(result.reason).toContain("its last words");
});

import { afterAll, expect, test } from "vitest";
import { contextFor, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runReap001 } from "../checks/run-reap-001.ts";
import { probeOrphan } from "./orphan.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

test("an init reaps the orphan, under the profile too", async () => {
  const orphan = await probeOrphan(contextFor(await images.build("good"), { profile }));
  expect(orphan).toMatchObject({ reaped: true, zombies: [] });
  expect(told(outcomeOf(runReap001, { orphan }))).toMatch(/^pass/);
});

test("node as PID 1 leaves it behind as a zombie", async () => {
  const orphan = await probeOrphan(contextFor(await images.build("withoutInit")));
  expect(orphan.zombies).toMatchObject([{ pid: orphan.orphanPid, ppid: 1, state: "Z" }]);
  expect(told(outcomeOf(runReap001, { orphan }))).toBe(`fail: process ${orphan.orphanPid} is a zombie of PID 1`);
});

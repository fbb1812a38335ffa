import { afterAll, expect, test } from "vitest";
import { contextFor, FixtureImages, leftContainers, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runPriv001 } from "../checks/run-priv-001.ts";
import { runRofs002 } from "../checks/run-rofs-002.ts";
import { runUser001 } from "../checks/run-user-001.ts";
import { runWrite001 } from "../checks/run-write-001.ts";
import { probeAsRun } from "./as-run.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

test("under the profile every process is without privileges and nothing is written", async () => {
  const asRun = await probeAsRun(contextFor(await images.build("good"), { profile }));
  expect(asRun.start).toMatchObject({ ready: true, exitCode: null, error: null });
  expect(asRun.processes.map(({ argv }) => argv[0])).toEqual(["/usr/bin/dumb-init", "/nodejs/bin/node"]);
  for (const check of [runUser001, runPriv001, runRofs002, runWrite001]) {
    expect(told(outcomeOf(check, { asRun })), check.id).toMatch(/^pass/);
  }
});

test("plain, as root and behind a shell, each of them is noticed", async () => {
  const env = { WRITE_AT_START: "/app/state" };
  const nodePath = "/usr/local/bin/node";
  const asRun = await probeAsRun(contextFor(await images.build("shellForm"), { env, nodePath }));
  expect(asRun.processes.map(({ argv }) => argv[0])).toEqual(["/bin/sh", "node"]);
  expect(told(outcomeOf(runUser001, { asRun }))).toMatch(/^fail: process 1 \(\/bin\/sh .*user IDs 0 0 0 0.*; process /);
  expect(told(outcomeOf(runPriv001, { asRun }))).toMatch(/^fail: .*effective capabilities 00000000a80425fb/);
  expect(told(outcomeOf(runRofs002, { asRun }))).toBe("fail: / is mounted rw");
  expect(told(outcomeOf(runWrite001, { asRun }))).toBe("fail: /app/state differs from the image");
});

test("an app that does not start keeps its exit code and its last words", async () => {
  const asRun = await probeAsRun(contextFor(await images.build("good"), { env: { EXIT_AT_START: "3" } }));
  expect(asRun.start).toEqual({
    ready: false,
    readyMs: null,
    exitCode: 3,
    error: "it ended with exit code 3",
    log: "configuration is missing\n",
  });
  expect(asRun.processes).toEqual([]);
});

test("a program that is not in the image keeps the engine's message", async () => {
  const asRun = await probeAsRun(contextFor(await images.build("missingProgram")));
  expect(asRun.start.exitCode).toBe(127);
  expect(asRun.start.error).toMatch(/no such file or directory/);
  expect(await leftContainers()).toEqual([]);
});

import { afterAll, describe, expect, test } from "vitest";
import { contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runInit001 } from "../checks/run-init-001.ts";
import { runSignal001 } from "../checks/run-signal-001.ts";
import { runSignal002 } from "../checks/run-signal-002.ts";
import { probeEarlySignal } from "./early-signal.ts";
import type { RungContext } from "./rung.ts";
import { probeSecondSignal } from "./second-signal.ts";
import { probeWithInit } from "./sigterm.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

type Changes = Partial<RungContext> & { env?: Record<string, string> };
const contextOf = async (image: Fixture, changes: Changes) => contextFor(await images.build(image), changes);

describe.concurrent("a signal during the start", () => {
  const early = async (image: Fixture, changes: Changes = {}) => {
    const earlySignal = await probeEarlySignal(await contextOf(image, changes));
    expect(earlySignal.wasReady).toBe(false);
    return told(outcomeOf(runSignal001, { earlySignal }));
  };

  test("ends node behind an init", async () => {
    expect(await early("good", { profile, stopMs: 10_000 })).toMatch(/^pass: SIGTERM .* exit code 143 after \d+ ms$/);
  });

  test("is lost on node as PID 1, although the app has a handler", async () => {
    expect(await early("withoutInit")).toBe("fail: it went on after SIGTERM and was killed: exit code 137");
  });

  test("is lost on a shell as PID 1", async () => {
    expect(await early("shellForm", { nodePath: "/usr/local/bin/node" })).toMatch(/^fail: it went on after SIGTERM/);
  });

  test("cannot be tried on an app that does not start", async () => {
    await expect(early("missingProgram")).rejects.toThrow(/^the app did not start: .*no such file or directory/);
  });
});

describe.concurrent("a second signal during the drain", () => {
  const second = async (image: Fixture, changes: Changes = {}) => {
    const secondSignal = await probeSecondSignal(await contextOf(image, { stopMs: 10_000, ...changes }));
    return told(outcomeOf(runSignal002, { secondSignal }));
  };

  test("ends the app at once", async () => {
    expect(await second("good", { profile })).toMatch(/^pass: exit code 143 \d+ ms after the second SIGTERM/);
  });

  test.each([
    ["ignored", { ON_SECOND_SIGTERM: "ignore" }, /^fail: it was still there after the second SIGTERM/],
    ["taken for a clean end", { ON_SECOND_SIGTERM: "claim" }, /^fail: exit code 0 \d+ ms after the second SIGTERM/],
    ["not needed", { ON_SIGTERM: "cut" }, /^skipped: the first SIGTERM ended it/],
  ])("is %s", async (_, env, said) => {
    expect(await second("good", { env })).toMatch(said);
  });

  test("is as lost as the first on a shell as PID 1", async () => {
    expect(await second("shellForm", { nodePath: "/usr/local/bin/node", stopMs: 4000 })).toMatch(/^fail: it was still/);
  });
});

describe.concurrent("behind the engine's init", () => {
  const behind = async (image: Fixture, changes: Changes = {}) => {
    const withInit = await probeWithInit(await contextOf(image, changes));
    expect(withInit.pid1[0]).toMatch(/init|tini|catatonit/);
    return told(outcomeOf(runInit001, { withInit }));
  };

  test("an image with an init of its own drains", async () => {
    expect(await behind("good", { profile })).toMatch(/^pass: .* the request in flight was answered 200$/);
  });

  test("an app that listens to signals as PID 1 only dies of the first", async () => {
    expect(await behind("withoutInit", { env: { ONLY_AS_PID_1: "1" } })).toMatch(/^fail: .* exit code 143/);
  });

  test("a shell dies of it and takes the app along", async () => {
    expect(await behind("shellForm", { nodePath: "/usr/local/bin/node" })).toMatch(/^fail: .* exit code 143/);
  });
});

import { afterAll, describe, expect, test } from "vitest";
import { contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runDrain001 } from "../checks/run-drain-001.ts";
import { runDrain002 } from "../checks/run-drain-002.ts";
import { runKeepalive001 } from "../checks/run-keepalive-001.ts";
import { runKeepalive002 } from "../checks/run-keepalive-002.ts";
import { runLive001 } from "../checks/run-live-001.ts";
import { runReady001 } from "../checks/run-ready-001.ts";
import { runSigterm001 } from "../checks/run-sigterm-001.ts";
import type { RungContext } from "./rung.ts";
import { probeSigterm } from "./sigterm.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

const checks = [
  runDrain001,
  runDrain002,
  runKeepalive001,
  runKeepalive002,
  runLive001,
  runReady001,
  runSigterm001,
] as const;

/** What is not a pass, check by check. */
const objections = async (image: Fixture, changes: Partial<RungContext> & { env?: Record<string, string> } = {}) => {
  const sigterm = await probeSigterm(contextFor(await images.build(image), { stopMs: 6000, ...changes }));
  const outcomes = checks.map((check) => [check.id, told(outcomeOf(check, { sigterm }))] as const);
  return Object.fromEntries(outcomes.filter(([, outcome]) => !outcome.startsWith("pass")));
};

describe.concurrent("connections after the stop signal", () => {
  test("an app that drains leaves nothing to object to, under the profile", async () => {
    expect(await objections("good", { profile })).toEqual({});
  });

  test.each([
    [
      "ending idle",
      "RUN-KEEPALIVE-001",
      "fail: the app had stopped listening and left an idle kept-alive connection open",
    ],
    [
      "ending silent",
      "RUN-KEEPALIVE-002",
      "fail: the app had stopped listening and left a connection without any request open",
    ],
    ["telling to close", "RUN-DRAIN-002", "fail: a connection opened after SIGTERM was kept"],
    ["liveness", "RUN-LIVE-001", "fail: liveness answered 503 after SIGTERM"],
  ])("one that drains without %s: only %s objects", async (step, id, said) => {
    expect(await objections("good", { env: { DRAIN_WITHOUT: step } })).toEqual({ [id]: said });
  });

  test("one that stays ready until it stops listening", async () => {
    const found = await objections("good", { env: { DRAIN_WITHOUT: "readiness" } });
    expect(found["RUN-READY-001"]).toMatch(/^fail: no readiness answer after SIGTERM: /);
  });

  test("one that never hears the signal is ready, takes connections and keeps them until it is killed", async () => {
    const found = await objections("withoutInit", { env: { ON_SIGTERM: "ignore" } });
    expect(found).toMatchObject({
      "RUN-READY-001": "fail: readiness still answered 200 after SIGTERM",
      "RUN-DRAIN-002": "fail: a connection opened after SIGTERM was kept",
      "RUN-KEEPALIVE-001": "fail: an idle kept-alive connection stayed open until the app was killed",
      "RUN-KEEPALIVE-002": "fail: a connection without any request stayed open until the app was killed",
      "RUN-LIVE-001": "skipped: readiness stayed 200: the app was not seen to drain",
    });
  });
});

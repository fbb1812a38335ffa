import { afterAll, describe, expect, test } from "vitest";
import { configOf, contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runHealth001 } from "../checks/run-health-001.ts";
import { runHealth002 } from "../checks/run-health-002.ts";
import { probeHealth } from "./health.ts";
import type { RungContext } from "./rung.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

const probe = async (image: Fixture, healthcheck: string[], changes: Partial<RungContext> = {}) => {
  const config = configOf({ healthcheck: { test: healthcheck } });
  const health = await probeHealth(contextFor(await images.build(image), { config, ...changes }));
  return { working: told(outcomeOf(runHealth001, { health })), frozen: told(outcomeOf(runHealth002, { health })) };
};

describe.concurrent("the image's health check", () => {
  test("one that asks the app tells a working from a frozen one", async () => {
    const { working, frozen } = await probe("good", ["CMD", "/nodejs/bin/node", "/app/health.mjs"], { profile });
    expect(working).toMatch(/^pass: healthy \d+ ms after the start$/);
    expect(frozen).toMatch(/^pass/);
  });

  test("one that is always true finds a frozen app healthy", async () => {
    const { working, frozen } = await probe("healthAlwaysTrue", ["CMD", "/nodejs/bin/node", "-e", "0"]);
    expect(working).toMatch(/^pass/);
    expect(frozen).toMatch(/^fail: "healthy" with every process stopped/);
  });

  test("one in shell form never succeeds in an image without a shell", async () => {
    const test = ["CMD-SHELL", "/nodejs/bin/node /app/health.mjs"];
    const { working, frozen } = await probe("healthInShellForm", test, { startMs: 4000 });
    expect(working).toMatch(/^fail: the status stayed "unhealthy".*\/bin\/sh/);
    expect(frozen).toMatch(/^unknown/);
  });
});

test("without one there is nothing to try", async () => {
  await expect(async () =>
    probeHealth(contextFor("unused", { config: configOf({ healthcheck: null }) })),
  ).rejects.toThrow("the image has no health check");
});

import { afterAll, describe, expect, test } from "vitest";
import { contextFor, FixtureImages, profile } from "../../test/fixture-images.ts";
import { goodTraces, outcomeOf, told } from "../../test/traces.ts";
import { runEgress001 } from "../checks/run-egress-001.ts";
import { probeIsolated } from "./isolated.ts";

const { asRun } = goodTraces;
const images = new FixtureImages();
afterAll(() => images.remove());

const outside = "http://192.0.2.1/"; // TEST-NET-1: nobody has it
const probe = async (env: Record<string, string> = {}, startMs = 30_000) => {
  const isolated = await probeIsolated(contextFor(await images.build("good"), { env, profile, startMs }));
  return { isolated, said: told(outcomeOf(runEgress001, { asRun, isolated })) };
};

describe.concurrent("without a network", () => {
  test("an app that needs none starts and answers", async () => {
    const { isolated, said } = await probe();
    expect(isolated.start).toMatchObject({ ready: true, exitCode: null });
    expect(said).toBe("pass: ready, and answers 200, with a loopback interface only");
  });

  test("one that fetches something first does not start", async () => {
    const { isolated, said } = await probe({ FETCH_AT_START: outside });
    expect(isolated).toMatchObject({ start: { ready: false, exitCode: 1 }, worked: null });
    expect(isolated.start.log).toContain("ENETUNREACH");
    expect(said).toMatch(/^fail: it does not start: it ended with exit code 1/);
  });

  test("one that fetches something for a request starts, and does not answer it", async () => {
    const { said } = await probe({ FETCH_PER_REQUEST: outside });
    expect(said).toBe("fail: the request gave 502, expected 200");
  });
});

test("one that is never ready is waited for until the time is up", async () => {
  const context = contextFor(await images.build("good"), { startMs: 1000 });
  const isolated = await probeIsolated({ ...context, workload: { port: 3000, readyPath: "/missing" } });
  expect(isolated.start.error).toBe("not ready within 1000 ms: /missing gave status 404");
});

import { afterAll, describe, expect, test } from "vitest";
import { contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { goodTraces, outcomeOf, told } from "../../test/traces.ts";
import { runDrain001 } from "../checks/run-drain-001.ts";
import { runSigterm001 } from "../checks/run-sigterm-001.ts";
import type { RungContext } from "./rung.ts";
import { probeSigterm } from "./sigterm.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

const probe = async (image: Fixture, changes: Partial<RungContext> & { env?: Record<string, string> } = {}) => {
  const sigterm = await probeSigterm(contextFor(await images.build(image), changes));
  return {
    sigterm,
    stopped: told(outcomeOf(runSigterm001, { sigterm })),
    drained: told(outcomeOf(runDrain001, { sigterm })),
  };
};

describe.concurrent("the stop signal", () => {
  test("an app that drains answers the request in flight and exits with 0", async () => {
    const { sigterm, stopped, drained } = await probe("good", { profile });
    expect(sigterm).toMatchObject({ exitCode: 0, killed: false, readinessAfter: "503" });
    expect(sigterm.inFlight).toEqual(goodTraces.sigterm.inFlight);
    expect(stopped).toMatch(/^pass/);
    expect(drained).toMatch(/^pass/);
  });

  test("node as PID 1 drains as well when it has a handler: an init is not what makes it graceful", async () => {
    const { stopped, drained } = await probe("withoutInit");
    expect(stopped).toMatch(/^pass/);
    expect(drained).toMatch(/^pass/);
  });

  test("node as PID 1 without a handler ignores it and is killed", async () => {
    const { sigterm, stopped } = await probe("withoutInit", { env: { ON_SIGTERM: "ignore" } });
    expect(sigterm).toMatchObject({ exitCode: 137, killed: true, stopMs: null, readinessAfter: "200" });
    expect(stopped).toBe("fail: it ignored SIGTERM and was killed: exit code 137");
  });

  test("an init without a handler behind it dies at once: 143, and the request is cut", async () => {
    const { sigterm, stopped, drained } = await probe("good", { env: { ON_SIGTERM: "ignore" } });
    expect(sigterm).toMatchObject({ exitCode: 143, killed: false });
    expect(stopped).toMatch(/^fail: it died of SIGTERM/);
    expect(drained).toMatch(/^fail: the request in flight was cut after SIGTERM/);
  });

  test("a shell as PID 1 keeps the signal to itself: the request completes, the app is killed", async () => {
    const { sigterm, stopped, drained } = await probe("shellForm", { nodePath: "/usr/local/bin/node" });
    expect(sigterm).toMatchObject({ exitCode: 137, killed: true });
    expect(stopped).toMatch(/^fail/);
    expect(drained).toMatch(/^fail: the request was answered 200, but the app had to be killed/);
  });

  test("an exit with 0 that cuts connections is fast and no drain", async () => {
    const { stopped, drained } = await probe("good", { env: { ON_SIGTERM: "cut" } });
    expect(stopped).toMatch(/^pass/);
    expect(drained).toMatch(/^fail: the request in flight was cut after SIGTERM/);
  });
});

test("an app that drains but forgets the request once it has stopped listening is noticed", async () => {
  const { sigterm, stopped, drained } = await probe("good", { env: { ON_SIGTERM: "forget" } });
  expect(sigterm).toMatchObject({ exitCode: 0, readinessAfter: "503" });
  expect(stopped).toMatch(/^pass/);
  expect(drained).toMatch(/^fail: the request in flight was cut after SIGTERM/);
});

test("an app that answers before it has the whole upload, then ends with 0, is noticed", async () => {
  const { sigterm, stopped, drained } = await probe("good", { env: { ON_SIGTERM: "answer" } });
  expect(sigterm).toMatchObject({ exitCode: 0, inFlight: { status: 200, error: null, answeredEarly: true } });
  expect(stopped).toMatch(/^pass/);
  expect(drained).toBe("fail: answered 200 before the body was whole: the upload was dropped");
});

test("an app that does not start is not tried, with its last words", async () => {
  await expect(probe("good", { env: { EXIT_AT_START: "3" } })).rejects.toThrow(
    "the app did not start: it ended with exit code 3; its last words: configuration is missing",
  );
});

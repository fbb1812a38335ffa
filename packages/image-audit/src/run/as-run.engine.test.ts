import { afterAll, describe, expect, test } from "vitest";
import { contextFor, FixtureImages, leftContainers, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runCore001 } from "../checks/run-core-001.ts";
import { runEnv001 } from "../checks/run-env-001.ts";
import { runHeap001 } from "../checks/run-heap-001.ts";
import { runInspector001 } from "../checks/run-inspector-001.ts";
import { runPort001 } from "../checks/run-port-001.ts";
import { runPort002 } from "../checks/run-port-002.ts";
import { runPriv001 } from "../checks/run-priv-001.ts";
import { runReport001 } from "../checks/run-report-001.ts";
import { runRofs002 } from "../checks/run-rofs-002.ts";
import { runTls001 } from "../checks/run-tls-001.ts";
import { runUser001 } from "../checks/run-user-001.ts";
import { runWrite001 } from "../checks/run-write-001.ts";
import { runWrite002 } from "../checks/run-write-002.ts";
import { runChecks } from "../run-checks.ts";
import { probeAsRun } from "./as-run.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

test("under the profile every process is without privileges and nothing is written", async () => {
  const asRun = await probeAsRun(contextFor(await images.build("good"), { profile }));
  expect(asRun.start).toMatchObject({ ready: true, exitCode: null, error: null });
  expect(asRun.processes.map(({ argv }) => argv[0])).toEqual(["/usr/bin/dumb-init", "/nodejs/bin/node"]);
  for (const check of runChecks.filter(({ needs }) => needs.every((need) => need === "runs.asRun"))) {
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
  expect(told(outcomeOf(runHeap001, { asRun }))).toBe("fail: the container has no memory limit");
  expect(told(outcomeOf(runCore001, { asRun }))).toMatch(/^fail: .*core limit soft \w+, hard unlimited$/);
  expect(told(outcomeOf(runReport001, { asRun }))).toMatch(/^fail: process \d+: a report has its environment$/);
  expect(told(outcomeOf(runInspector001, { asRun }))).toBe("fail: 127.0.0.1 port 9229 listens since SIGUSR1");
  expect(told(outcomeOf(runPort002, { asRun }))).toBe("fail: net.ipv4.ip_unprivileged_port_start is 0");
  expect(told(outcomeOf(runPort001, { asRun }))).toBe(
    "pass: listening: 0000:0000:0000:0000:0000:0000:0000:0000 port 3000",
  );
});

describe.concurrent("what the environment of the container changes", () => {
  const probe = async (env: Record<string, string>) =>
    probeAsRun(contextFor(await images.build("withoutInit"), { env, profile }));

  test("is noticed in the running process, and of it two values alone are kept", async () => {
    const env = { NODE_ENV: "development", NODE_TLS_REJECT_UNAUTHORIZED: "0", API_TOKEN: "canary-4711" };
    const asRun = await probe(env);
    expect(told(outcomeOf(runEnv001, { asRun }))).toBe('fail: process 1: NODE_ENV is "development"');
    expect(told(outcomeOf(runTls001, { asRun }))).toBe("fail: process 1: NODE_TLS_REJECT_UNAUTHORIZED=0");
    expect(JSON.stringify(asRun)).not.toContain("canary");
  });

  test("switches in NODE_OPTIONS count like arguments", async () => {
    const asRun = await probe({ NODE_OPTIONS: "--max-old-space-size=200 --inspect=0.0.0.0:9300 --report-exclude-env" });
    expect(told(outcomeOf(runHeap001, { asRun }))).toMatch(/^fail: heap 20\d MiB, \/tmp 64 MiB, limit 256 MiB$/);
    expect(told(outcomeOf(runInspector001, { asRun }))).toBe("fail: process 1: --inspect");
    expect(told(outcomeOf(runReport001, { asRun }))).toMatch(/^pass/);
  });

  test("a file that only an error path writes is found by the script of requests", async () => {
    const env = { WRITE_ON_ERROR: "/app/errors.log" };
    const asRun = await probeAsRun(
      contextFor(await images.build("shellForm"), { env, nodePath: "/usr/local/bin/node" }),
    );
    expect(told(outcomeOf(runWrite001, { asRun }))).toMatch(/^pass/);
    expect(told(outcomeOf(runWrite002, { asRun }))).toMatch(/^fail: \/app\/errors.log differs from the image after 3/);
  });

  test("a handler of the app's own for SIGUSR1 opens nothing; a title hides the arguments", async () => {
    const asRun = await probe({ ON_SIGUSR1: "log", TITLE: "app" });
    expect(asRun.sigusr1).toEqual({ processes: [{ pid: 1, sent: true, alive: true, held: false }], opened: [] });
    expect(told(outcomeOf(runHeap001, { asRun }))).toMatch(/^unknown: process 1: no second Node/);
  });
});

test("a port below 1024 is seen where it can be bound, and cannot be bound where 1024 is set", async () => {
  const env = { ALSO_LISTEN_ON: "80" };
  const plain = await probeAsRun(contextFor(await images.build("withoutInit"), { env }));
  expect(told(outcomeOf(runPort001, { asRun: plain }))).toMatch(/^fail: .* port 80$/);
  const strict = await probeAsRun(contextFor(await images.build("withoutInit"), { env, profile }));
  expect(strict.start).toMatchObject({ ready: false, log: expect.stringContaining("EACCES") as string });
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

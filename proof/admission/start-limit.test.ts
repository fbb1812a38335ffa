import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiServer, startApiServer } from "./api-server.ts";
import { startKyverno } from "./kyverno.ts";

// Programs that start, say something and never serve, under the names of the real ones.
const run = new Run("start-limit-test");
const bin = join(run.folder, "bin");
const program = (name: string, script: string) =>
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

beforeEach(() => {
  mkdirSync(bin, { recursive: true });
  // The sleep is what never serves; its run ends it.
  for (const name of ["etcd", "kyverno"]) program(name, `echo "${name} waits for its lock" >&2; exec sleep 60`);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => run.close());

const givenUp = (name: string) => ({
  code: "TOOL",
  message: `expected ${name} to be ready, it did not within 0.5 s:\n${name} waits for its lock`,
});

test("an API server whose store does not come up is given up, with the last lines of the log", async () => {
  await expect(startApiServer(run, 500)).rejects.toMatchObject(givenUp("etcd"));
});

test("so is a Kyverno that does not become ready", async () => {
  program("kubectl", "exit 0");
  program("go", `echo '{ "Dir": "${bin}" }'`);
  const api = new ApiServer(run.folder, run.signal);
  await expect(startKyverno(run, api, { limitMs: 500 })).rejects.toMatchObject(givenUp("kyverno"));
});

test("an answer that never is as wanted is quoted", async () => {
  program("kubectl", "echo 'connection refused' >&2; exit 1");
  const api = new ApiServer(run.folder, run.signal);
  const waits = api.until(
    ({ status }) => status === 0,
    () => api.kubectl(["get", "pods"]),
    300,
  );
  await expect(waits).rejects.toThrow("expected another answer within 0.3 s, the last one was:\nconnection refused");
});

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "registry-main.ts");
const ended = (...args: string[]) => spawnSync("node", [main, ...args], { encoding: "utf8" });

const trust = join(import.meta.dirname, "../../../policies/trust.json");
const trusting = (root: string, host = "host.test") => [`${host}/x:1`, `--trust=${trust}`, `--trusted-root=${root}`];

test.each([
  [[], "expected one reference, got 0"],
  [[""], 'expected one reference, got ""'],
  [["a:1", "b:1"], "expected one reference, got 2"],
  [["nonsense"], 'got "nonsense"'],
  [["!!bad ref@@", "--checklist"], 'got "!!bad ref@@"'],
  [["host.test/x@sha256:abc"], 'got "host.test/x@sha256:abc"'],
  [["host.test/x:1", "--colour"], "--colour"],
  [["app:1", "--checklist"], "app:1, which names no registry; image-audit app:1 checks an engine's image (make audit"],
  [
    trusting("none.json"),
    "as JSON in none.json, got: no such file; name one with --trusted-root FILE (make: TRUSTED_ROOT",
  ],
  [trusting("none.json"), "or get Sigstore's: cosign initialize && cp "],
])("%j is one sentence and exit code 2, never a table", (args, message) => {
  const { status, stdout, stderr } = ended(...args);
  expect(stderr).toContain(message);
  expect([status, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
});

test("an image of an engine has no signature: every check is unknown, and that is a finding", () => {
  const { status, stdout } = ended("hardened-node-api:stage-4");
  expect(status).toBe(1);
  expect(stdout).toContain("names no registry");
});

test("an interrupt while a registry is silent ends it at once, with one sentence", async () => {
  const server = createServer().listen(0, "127.0.0.1"); // answers nothing
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const root = join(mkdtempSync(join(tmpdir(), "registry-main-")), "trusted_root.json");
  const recorded = readFileSync(join(import.meta.dirname, "../test/keyless.json"), "utf8");
  writeFileSync(root, JSON.stringify((JSON.parse(recorded) as { trustedRoot: unknown }).trustedRoot));
  const child = spawn("node", [main, ...trusting(root, `127.0.0.1:${port}`), "--checklist"]);
  const stderr = text(child.stderr);
  await once(server, "request");
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([130, null]);
  expect(await stderr).toBe("image-audit-registry: SIGINT: every container is removed\n");
  server.close();
  rmSync(dirname(root), { recursive: true });
});

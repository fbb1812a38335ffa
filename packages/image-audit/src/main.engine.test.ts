import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FixtureImages, leftContainers, profile, workload } from "../test/fixture-images.ts";
import { connectEngine } from "./engine.ts";
import type { AuditReport } from "./report.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const images = new FixtureImages();
const folder = await mkdtemp(join(tmpdir(), "image-audit-test-"));
const [workloadFile, profileFile] = [join(folder, "workload.json"), join(folder, "profile.json")];
await writeFile(workloadFile, JSON.stringify(workload));
await writeFile(profileFile, JSON.stringify(profile));
afterAll(async () => {
  await images.remove();
  await rm(folder, { recursive: true });
});

const start = (...args: string[]) => spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
const end = async (child: ReturnType<typeof start>) => {
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await exit)[0] as number, stdout, stderr };
};

test("a hardened image: exit 0, JSON alone on standard output, progress beside it", async () => {
  const made = new Set<string | null>();
  const watcher = watch(folder, (_, name) => made.add(name));
  const options = [
    "--work-dir",
    folder,
    "--workload",
    workloadFile,
    "--profile",
    profileFile,
    "--max-bytes",
    "165000000",
    "--json",
  ];
  const { code, stdout, stderr } = await end(start(await images.build("good"), ...options));
  const report: AuditReport = JSON.parse(stdout);
  expect(report.results.filter(({ outcome }) => outcome.status !== "pass")).toEqual([]);
  expect(stderr).toMatch(/^image-audit: sigterm: observed in \d/m);
  expect(code).toBe(0);
  watcher.close();
  expect([...made]).toContainEqual(expect.stringMatching(/^image-audit-tls-/));
});

test("an image with faults: exit 1 and a table", async () => {
  const { code, stdout } = await end(start(await images.build("shellForm"), "--static"));
  expect(stdout).toMatch(/IMG-USER-001 +│ fail/);
  expect(stdout).not.toContain("RUN-");
  expect(code).toBe(1);
});

test("usage and configuration: exit 2, one line", async () => {
  const missing = await end(start("image-audit-has-no-such-image"));
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  const invalid = await end(start("Upper:case"));
  expect(invalid).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/invalid image reference: .*"Upper:case"\n$/),
  });
  const { code, stderr } = await end(start("any", "--workload", profileFile));
  expect(stderr).toMatch(/^image-audit: expected a workload in .*profile\.json, got .*\n$/);
  expect(code).toBe(2);
});

test("an engine that does not answer: exit 3, one line", async () => {
  const child = spawn(process.execPath, [main, "any"], {
    env: { ...process.env, DOCKER_HOST: "tcp://127.0.0.1:1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, stderr } = await end(child);
  expect(stderr).toMatch(/expected a container engine, got none that answers/);
  expect(code).toBe(3);
});

test("Ctrl-C leaves no container and ends with 130", async () => {
  const own = `image-audit.own=${process.pid}`;
  const child = start(await images.build("good"), "--workload", workloadFile, "--label", own);
  const label = `image-audit.run=${child.pid}`;
  const engine = await connectEngine();
  const filters = JSON.stringify({ type: ["container"], event: ["start"], label: [label, own] });
  const ended = end(child);
  const events = await engine.getEvents({ filters });
  await once(events, "data");
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, stdout: "", stderr: expect.stringContaining("SIGINT") });
  expect(await leftContainers(label)).toEqual([]);
});

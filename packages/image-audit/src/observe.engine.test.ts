import { once } from "node:events";
import { Readable } from "node:stream";
import { afterAll, expect, test } from "vitest";
import { FixtureImages, leftContainers, profile, workload } from "../test/fixture-images.ts";
import { told } from "../test/traces.ts";
import { connectEngine } from "./engine.ts";
import { allRungs, observe } from "./observe.ts";
import { runChecks } from "./run-checks.ts";

const images = new FixtureImages();
const labels = { "image-audit.test": `observe-${process.pid}` };
const label = `image-audit.test=${labels["image-audit.test"]}`;
afterAll(() => images.remove());

test("a hardened image under the profile passes every check of its behaviour", async () => {
  const lines: string[] = [];
  const onProgress = (line: string) => lines.push(line);
  const observation = await observe(await images.build("good"), { workload, profile, labels, onProgress });
  for (const check of runChecks) {
    expect(told(check.judge(observation, { stopMs: 5000 })), check.id).toMatch(/^pass/);
  }
  expect(lines).toHaveLength(1 + allRungs.length);
  expect(await leftContainers(label)).toEqual([]);
});

test("without a workload the rungs that need one say so", async () => {
  const image = await images.build("withoutInit");
  const needy = allRungs.filter((rung) => rung !== "tls" && rung !== "memory");
  const { runs } = await observe(image, { labels, rungs: needy });
  const notTried = { notTried: "no workload given" };
  expect(runs).toEqual({
    ...Object.fromEntries(needy.map((rung) => [rung, notTried])),
    health: { notTried: "the image has no health check" },
  });
});

test("when it is aborted every container is gone before it rejects", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const image = await images.build("good");
  const engine = await connectEngine();
  const filters = JSON.stringify({ type: ["container"], event: ["start"], label: [label] });
  const events = Readable.from(await engine.getEvents({ filters }));
  const observing = observe(image, { workload, labels, signal: controller.signal });
  observing.catch(() => undefined);
  await once(events, "data");
  events.destroy();
  expect(await leftContainers(label)).not.toEqual([]);
  controller.abort(reason);
  await expect(observing).rejects.toBe(reason);
  expect(await leftContainers(label)).toEqual([]);
});

test("a setting that the engine refuses is trouble, not a finding", async () => {
  const refused = { ...profile, memoryBytes: 1024 };
  const observing = observe(await images.build("good"), {
    workload,
    labels,
    profile: refused,
    rungs: ["asRun", "tls"],
  });
  await expect(observing).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  expect(await leftContainers(label)).toEqual([]);
});

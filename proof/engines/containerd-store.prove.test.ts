import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { checks, observe } from "image-audit";
import { buildStage, stages } from "ladder";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { unless } from "../unless.ts";
import { IsolatedEngine, whyNot } from "./isolated.ts";

// Engines with the containerd image store number, name and weigh images differently: the contracts must not notice.
type Judged = { stage: number; sizeBytes: number; judged: number; differences: unknown[] };

const run = new Run("containerd-store");
const reason = whyNot();
const judged: Judged[] = [];
const here = new Map<number, { imageId: string; sizeBytes: number }>();
let driver = "";
afterAll(() => run.close());

beforeAll(async () => {
  if (reason !== undefined) return;
  for (const contract of stages) {
    const { imageId } = await buildStage(run, contract, join(ROOT, "out/bases.json"));
    const { layers } = await observe(imageId, { rungs: [] });
    here.set(contract.stage, { imageId, sizeBytes: layers.sizeBytes });
  }
  await using engine = await IsolatedEngine.start(run, { features: { "containerd-snapshotter": true } });
  const env = { ...process.env, DOCKER_HOST: engine.host };
  driver = execFileSync("docker", ["info", "--format={{json .DriverStatus}}"], { env, encoding: "utf8" });
  const nameOf = (stage: number) => `hardened-node-api-there:stage-${stage}`;
  for (const [stage, { imageId }] of here) engine.load(imageId, nameOf(stage));
  const [command, args] = engine.inside(
    process.execPath,
    join(ROOT, "proof/engines/ladder-there.ts"),
    ...stages.map(({ stage }) => nameOf(stage)),
  );
  const child = run.spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new TypeError("expected a pipe");
  for await (const line of createInterface(child.stdout)) judged.push(JSON.parse(line) as Judged);
  if (child.exitCode === null) await once(child, "exit");
});

const { named, maybe } = unless(reason);

maybe(named("the second engine has the containerd image store"), () => {
  expect(driver).toContain("io.containerd.snapshotter");
});

maybe.each(stages.map(({ stage }) => stage))(
  named("what the contract says of the image of stage %s holds there too, at the same size"),
  (stage) => {
    const sizeBytes = here.get(stage)?.sizeBytes;
    expect(judged.find((each) => each.stage === stage)).toMatchObject({ stage, sizeBytes, differences: [] });
    expect(judged.find((each) => each.stage === stage)?.judged).toBeGreaterThan(20);
  },
);

maybe(named("and so does what it says of how stage 4 behaves"), () => {
  expect(judged.find(({ stage }) => stage === 4)).toMatchObject({ judged: checks.length, differences: [] });
});

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks, judge, observe } from "image-audit";
import { ROOT } from "pipeline/bake";
import { build } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CANARY, plantDecoys } from "./decoys.ts";

// A careless checkout: secrets, history and host modules lie wherever a COPY could pick them up.
const run = new Run("decoys-test");
const context = mkdtempSync(join(tmpdir(), "decoys-"));
const bases = existsSync(join(ROOT, "out/bases.json")) ? join(ROOT, "out/bases.json") : undefined;
const tag = "hardened-node-api:decoys";
const inContext = [
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.json",
  "docker-bake.hcl",
  "docker",
  "course",
];

beforeAll(() => {
  for (const path of inContext) cpSync(join(ROOT, path), join(context, path), { recursive: true });
  for (const path of ["toolchain/pnpm", "apps/api"]) {
    cpSync(join(ROOT, path), join(context, path), {
      recursive: true,
      filter: (file) => !file.endsWith("node_modules"),
    });
  }
  for (const folder of ["", "apps/api", "apps/api/src", "course/decoys"]) plantDecoys(join(context, folder));
  for (const folder of [".git", "node_modules/decoy", "apps/api/node_modules/decoy"]) {
    mkdirSync(join(context, folder), { recursive: true });
    writeFileSync(join(context, folder, "index.js"), `// ${CANARY}0123456789abcdef0123456789abcdef\n`);
  }
});

afterAll(() => {
  run.close();
  rmSync(context, { recursive: true, force: true });
  spawnSync("docker", ["image", "rm", "--force", tag]);
});

async function secretsIn(stage: number, set: string[] = []) {
  await build(run, `stage-${stage}`, { context, files: ["course/docker-bake.hcl"], bases, tag, set });
  const observation = await observe(tag, { rungs: [], labels: run.labels, workDir: run.folder });
  // Whatever form a secret has and whatever its name: the decoys' mark in the bytes of the image, deleted files included.
  const script = `docker save '${tag}' | grep --text --count ${CANARY} || [ $? = 1 ]`;
  const marked = Number(execFileSync("bash", ["-o", "pipefail", "-c", script], { encoding: "utf8" }));
  const secret = checks.filter(({ id }) => id === "IMG-SECRET-001");
  const outcome = judge(observation, {}, secret).results[0]?.outcome;
  return {
    marked,
    status: outcome?.status,
    evidence: outcome !== undefined && "evidence" in outcome ? outcome.evidence : [],
  };
}

test.each([2, 3, 4])("no decoy reaches a layer of stage %s", async (stage) => {
  const { marked, status, evidence } = await secretsIn(stage);
  expect(status, JSON.stringify(evidence)).toBe("pass");
  expect(marked).toBe(0);
});

test("nor a layer of the build stage, which leaves the machine as a cache", async () => {
  const { evidence, marked } = await secretsIn(4, ["target=build"]);
  // The store has what the lock file names, with the test keys that some packages publish.
  const own = evidence.filter(({ path }) => path?.startsWith("/store/") !== true);
  expect(evidence.length).toBeGreaterThan(own.length);
  expect(own).toEqual([]);
  expect(marked).toBe(0);
});

test("stage 1 keeps every decoy that nobody thought of, also the deleted ones, and the secret itself is not printed", async () => {
  const { marked, status, evidence } = await secretsIn(1);
  expect(status).toBe("fail");
  expect(marked).toBeGreaterThan(0);
  const paths = evidence.map(({ path }) => path);
  for (const path of ["/app/.env", "/app/deploy.key", "/app/course/decoys/.env", "/app/course/decoys/deploy.key"]) {
    expect(paths).toContain(path);
  }
  expect(JSON.stringify(evidence)).not.toMatch(new RegExp(`${CANARY}[0-9a-f]{8}|BEGIN PRIVATE`));
});

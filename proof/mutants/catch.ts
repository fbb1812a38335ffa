import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditReport, type CheckId, checks, judge, observe, Profile, type Rung } from "image-audit";
import { plantDecoys, profile, type StageNumber, stageOf, workload } from "ladder";
import { build } from "pipeline/build";
import type { Run } from "pipeline/started";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import type { Catcher, Mutant, Verdict } from "./mutant.ts";

type CheckCatcher = Extract<Catcher, { check: unknown }>;
type TestReport = { testResults: { assertionResults: { status: string; fullName: string }[] }[] };

const tagOf = (name: string): string => `hardened-node-api-mutant:${name}`;

function removeTags(...names: string[]): void {
  spawnSync("docker", ["image", "rm", "--force", ...names.map(tagOf)]);
}

/** Removes the images of the unchanged stages. */
export function removeUnchanged(): void {
  removeTags(...[...built.keys()].map((stage) => `base-${stage}`));
  built.clear();
}

/** Applies a mutant to a copy of the repository, rebuilds and reruns only what it can affect, and sees who noticed. */
export async function judgeMutant(run: Run, mutant: Mutant, index: number): Promise<Verdict> {
  const startedAt = performance.now();
  const { caughtBy } = mutant;
  const result =
    "check" in caughtBy
      ? objection(await reportOf(run, mutant, index))
      : await objectionOfTests(run, mutant, caughtBy.test);
  return { mutant, ...result, ms: performance.now() - startedAt };
}

/** The outcomes of checks on a stage's unchanged image: a check that fails anyway notices nothing. */
export async function unchanged(run: Run, stage: StageNumber, ids: CheckId[]): Promise<Map<CheckId, string>> {
  const { results } = await reportFor(run, stage, ids, await stageImage(run, stage), profile());
  return new Map(results.map(({ id, outcome }) => [id, outcome.status]));
}

/** What the check that must notice says of the mutant. */
export async function reportOf(run: Run, mutant: Mutant, index: number): Promise<AuditReport> {
  using copy = new RepositoryCopy();
  copy.replace(mutant.file, mutant.piece, mutant.by);
  const { stage, check } = mutant.caughtBy as CheckCatcher;
  if (mutant.file === "profile.json") {
    const hardening = Profile.parse(JSON.parse(readFileSync(join(copy.root, mutant.file), "utf8")));
    return await reportFor(run, stage, [check], await stageImage(run, stage), hardening);
  }
  try {
    return await reportFor(run, stage, [check], await mutantImage(run, copy, stage, index), profile());
  } finally {
    removeTags(String(index));
  }
}

function objection({ results: [result] }: AuditReport): Pick<Verdict, "noticed" | "saw"> {
  if (result?.outcome.status !== "fail") return { noticed: false, saw: result?.outcome.status ?? "no such check" };
  return { noticed: true, saw: result.outcome.evidence[0]?.message ?? "fail" };
}

const built = new Map<number, Promise<string>>();

function stageImage(run: Run, stage: number): Promise<string> {
  const building = built.get(stage) ?? buildStage(run, stage, `base-${stage}`);
  built.set(stage, building);
  return building;
}

/** Builds a stage from the changed copy, with decoys where a careless checkout has them. */
function mutantImage(run: Run, copy: RepositoryCopy, stage: number, index: number): Promise<string> {
  for (const folder of ["course/decoys", "apps/api"]) plantDecoys(join(copy.root, folder));
  return buildStage(run, stage, String(index), copy.root);
}

async function buildStage(run: Run, stage: number, tag: string, context = ROOT): Promise<string> {
  const options = { context, files: ["course/docker-bake.hcl"], bases: join(ROOT, "out/bases.json"), tag: tagOf(tag) };
  return (await build(run, `stage-${stage}`, options)).imageId;
}

/** Observes only what the checks need. */
async function reportFor(run: Run, stage: StageNumber, ids: CheckId[], image: string, hardening: Profile) {
  const { limits, run: conditions } = stageOf(stage);
  const wanted = checks.filter(({ id }) => ids.includes(id));
  const rungs = wanted.flatMap(({ needs }) => needs.filter((need) => need.startsWith("runs.")));
  const observation = await observe(image, {
    workload,
    rungs: [...new Set(rungs)].map((need) => need.slice("runs.".length) as Rung),
    labels: run.labels,
    signal: run.signal,
    workDir: run.folder,
    stopMs: limits.stopMs ?? 10_000,
    ...(conditions === "profile" ? { profile: hardening } : {}),
  });
  return judge(observation, limits, wanted);
}

/** Runs one test file in the copy; `saw` is the first test that objects. A file that does not load notices nothing. */
async function objectionOfTests(run: Run, mutant: Mutant, file: string): Promise<Pick<Verdict, "noticed" | "saw">> {
  using copy = new RepositoryCopy();
  copy.replace(mutant.file, mutant.piece, mutant.by);
  copy.install("", "apps/api", "pipeline");
  const report = join(copy.root, "report.json");
  const args = [
    "run",
    "--project=unit",
    "--bail=1",
    "--reporter=json",
    `--outputFile=${report}`,
    "--root",
    copy.root,
    file,
  ];
  const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined };
  const child = run.spawn(join(ROOT, "node_modules/.bin/vitest"), args, { cwd: copy.root, env, stdio: "ignore" });
  await once(child, "close");
  if (!existsSync(report)) return { noticed: false, saw: "the tests did not run" };
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as TestReport;
  const failed = testResults.flatMap((each) => each.assertionResults).find(({ status }) => status === "failed");
  return failed === undefined ? { noticed: false, saw: "every test passes" } : { noticed: true, saw: failed.fullName };
}

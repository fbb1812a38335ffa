import { join } from "node:path";
import {
  type AuditReport,
  allRungs,
  checks,
  compressedBytes,
  countExecutables,
  countPackages,
  judge,
  mergeLayers,
  type Observation,
  observe,
  Profile,
  type Rung,
} from "image-audit";
import { ROOT } from "pipeline/bake";
import { type BuildRecord, build, buildShipped, writeWhole } from "pipeline/build";
import { readProfile } from "pipeline/profile";
import type { Run } from "pipeline/started";
import { type Contract, type Difference, differences, imageOf, titleOf } from "./contract.ts";
import { plantDecoys } from "./decoys.ts";
import type { ImageResult } from "./scorecard.ts";
import { workload } from "./workload.ts";

/** An image as built, observed and judged. */
export type Measured<C extends Contract = Contract> = {
  contract: C;
  result: ImageResult;
  record: BuildRecord;
  report: AuditReport;
  differences: Difference[];
};

export type MeasureOptions = { bases?: string | undefined; onProgress?: (line: string) => void };

/** Builds a contract's image; the first stage finds decoy secrets in its context, as a careless checkout has them. */
export async function buildStage(run: Run, contract: Contract, bases?: string): Promise<BuildRecord> {
  plantDecoys(join(ROOT, "course/decoys"));
  if (contract.image === "stage-4") return await buildShipped(run, { bases });
  return await build(run, contract.image, { files: ["course/docker-bake.hcl"], bases });
}

/** Runs probes, all unless told which, on an image under the conditions of a contract. */
export async function observeStage(
  run: Run,
  contract: Contract,
  image: string,
  onProgress?: (line: string) => void,
  rungs: readonly Rung[] = allRungs,
): Promise<Observation> {
  return await observe(image, {
    rungs,
    workload,
    labels: run.labels,
    signal: run.signal,
    workDir: run.folder,
    stopMs: contract.limits.stopMs ?? 10_000,
    ...(contract.run === "profile" ? { profile: profile() } : {}),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/**
 * Builds one image, observes it, judges it and writes `out/<image>.json`, `.report.json` and `.observation.json`.
 * @throws errors of the build and of the engine; a fault of the image is a difference, not an error
 */
export async function measure<C extends Contract>(
  run: Run,
  contract: C,
  options: MeasureOptions = {},
): Promise<Measured<C>> {
  options.onProgress?.(`${titleOf(contract)}: building ${contract.dockerfile}`);
  const record = await buildStage(run, contract, options.bases);
  // By ID: another checkout may build its own stage under the same tag in the meantime.
  const observation = await observeStage(run, contract, record.imageId, options.onProgress);
  const report = judge(observation, contract.limits, checks);
  const found = differences(contract, report);
  const merged = mergeLayers(observation.layers.layers);
  const result: ImageResult = {
    name: contract.name,
    image: { reference: imageOf(contract), id: observation.image.id },
    sizeBytes: observation.layers.sizeBytes,
    compressedBytes: await compressedBytes(record.imageId, join(ROOT, "out/compressed")),
    packages: countPackages(merged),
    executables: countExecutables(merged),
    uid: usersOf(observation),
    contractHolds: found.length === 0,
    checks: Object.fromEntries(report.results.map(({ id, outcome }) => [id, outcome.status])),
  };
  const name = contract.image;
  writeWhole(join(ROOT, "out", `${name}.observation.json`), observation);
  writeWhole(join(ROOT, "out", `${name}.report.json`), report);
  writeWhole(join(ROOT, "out", `${name}.json`), result);
  return { contract, result, record, report, differences: found };
}

export function profile(): Profile {
  return Profile.parse(readProfile());
}

function usersOf(observation: Observation): string {
  const run = observation.runs.asRun;
  if (run === undefined || "notTried" in run) return "unknown";
  return [...new Set(run.processes.map(({ uids, gids }) => `${uids[0]}:${gids[0]}`))]
    .toSorted((a, b) => a.localeCompare(b))
    .join(", ");
}

import { type MergedView, mergeLayers } from "image-audit";
import type { Run } from "pipeline/started";
import { type Measured, type MeasureOptions, measure, observeStage } from "./measure.ts";
import { type VariantName, variants } from "./variants.ts";

/** A variant as measured, with what a choice between variants needs beyond the contract. */
export type VariantResult = Measured & {
  variant: VariantName;
  /** Origin of the final base: "hub", "local" or "look-alike". */
  origin: string;
  libc: string;
  /** Names of the shells in it. */
  shells: string[];
  /** From the start of the container to the first answer of the ready path; null when it never came. */
  readyMs: number | null;
  /** Resident memory of all processes, idle after one upload. */
  rssBytes: number;
};

/** Measures a variant against its contract, then once more alone: start-up and memory beside other probes say little. */
export async function measureVariant(run: Run, variant: VariantName, options: MeasureOptions): Promise<VariantResult> {
  const contract = variants[variant];
  const measured = await measure(run, contract, options);
  const alone = await observeStage(run, contract, measured.record.imageId, options.onProgress, ["asRun"]);
  const view = mergeLayers(alone.layers.layers);
  const trace = alone.runs.asRun;
  const processes = trace === undefined || "notTried" in trace ? [] : trace.processes;
  return {
    ...measured,
    variant,
    origin: measured.record.bases.at(-1)?.origin ?? "unknown",
    libc: libcOf(view),
    shells: shellsOf(measured),
    readyMs: trace === undefined || "notTried" in trace ? null : trace.start.readyMs,
    rssBytes: processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  };
}

/** Which C library the image's programs are linked against, by its loader. */
export function libcOf(view: MergedView): string {
  const paths = [...view.keys()];
  const loaders = { glibc: /\/ld-linux-[^/]+\.so\.\d+$/, musl: /\/ld-musl-[^/]+\.so\.\d+$/ };
  const found = Object.entries(loaders).filter(([, loader]) => paths.some((path) => loader.test(path)));
  return found.map(([name]) => name).join(" and ") || "none";
}

function shellsOf({ report }: Measured): string[] {
  const outcome = report.results.find(({ id }) => id === "IMG-SHELL-001")?.outcome;
  const paths = outcome?.status === "fail" ? outcome.evidence.flatMap(({ path }) => path ?? []) : [];
  return [...new Set(paths.map((path) => path.slice(path.lastIndexOf("/") + 1)))];
}

#!/usr/bin/env node
import { checks, imageChecks } from "./checks.ts";
import { frame } from "./cli/frame.ts";
import { type Options, parseOptions, usage } from "./cli/options.ts";
import { readJson } from "./cli/read-json.ts";
import { findings, renderChecks, renderReport } from "./cli/render.ts";
import { observe } from "./observe.ts";
import { Profile } from "./profile.ts";
import { judge } from "./report.ts";
import { Workload } from "./workload.ts";

/** @returns the exit code */
async function main(args: string[], signal: AbortSignal): Promise<number> {
  const options = parseOptions(args);
  switch (options.action) {
    case "help":
      process.stdout.write(usage);
      return 0;
    case "listChecks":
      process.stdout.write(renderChecks(checks));
      return 0;
    case "audit":
      return await audit(options, signal);
  }
}

async function audit(options: Extract<Options, { action: "audit" }>, signal: AbortSignal): Promise<number> {
  const { image, stopMs, maxBytes, workDir } = options;
  const workload = options.workload && (await readJson(options.workload, "workload", Workload));
  const profile = options.profile && (await readJson(options.profile, "profile", Profile));
  const chosen = options.static ? imageChecks : checks;
  const observedAt = new Date();
  const observation = await observe(image, {
    ...(workload ? { workload } : {}),
    ...(profile ? { profile } : {}),
    ...(options.static ? { rungs: [] } : {}),
    ...(workDir === undefined ? {} : { workDir }),
    labels: { ...options.labels, "image-audit.run": `${process.pid}` },
    signal,
    stopMs,
    onProgress: (line) => process.stderr.write(`image-audit: ${line}\n`),
  });
  const limits = { stopMs, ...(maxBytes === undefined ? {} : { maxBytes }) };
  const report = judge(observation, limits, chosen, observedAt);
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, chosen));
  return findings(report) === 0 ? 0 : 1;
}

await frame("image-audit", main);

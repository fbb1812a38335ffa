#!/usr/bin/env node
import { checks, imageChecks } from "./checks.ts";
import { type Options, parseOptions, usage } from "./cli/options.ts";
import { readJson } from "./cli/read-json.ts";
import { findings, renderChecks, renderReport } from "./cli/render.ts";
import { AuditError } from "./errors.ts";
import { observe } from "./observe.ts";
import { Profile } from "./profile.ts";
import { judge } from "./report.ts";
import { Workload } from "./workload.ts";

const interrupts = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Ends a command that a signal stopped, with the shell's number for it. */
class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: keyof typeof interrupts) {
    super(`${signal}: every container is removed`);
    this.exitCode = interrupts[signal];
  }
}

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

/** A user's mistake gets one line; a bug gets its stack. */
function explain(error: unknown): number {
  const known = error instanceof AuditError || error instanceof Interrupted;
  process.stderr.write(`image-audit: ${known ? error.message : (error as Error).stack}\n`);
  return error instanceof AuditError || error instanceof Interrupted ? error.exitCode : 3;
}

const interrupted = new AbortController();
for (const name of Object.keys(interrupts) as (keyof typeof interrupts)[]) {
  process.once(name, () => interrupted.abort(new Interrupted(name))); // once: a second one ends it the hard way
}
process.exitCode = await main(process.argv.slice(2), interrupted.signal).catch(explain);

#!/usr/bin/env node
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { frame } from "./cli/frame.ts";
import { readJson } from "./cli/read-json.ts";
import { findings, renderReport } from "./cli/render.ts";
import { renderChecklist } from "./cli/render-checklist.ts";
import { AuditError } from "./errors.ts";
import { Profile } from "./profile.ts";
import { parseReference } from "./registry/reference.ts";
import { auditPulled } from "./supply/audit-pulled.ts";
import { judgeChecklist, notToBeRun } from "./supply/checklist.ts";
import { supplyChecks } from "./supply/checks.ts";
import type { NotObserved, SupplyObservation } from "./supply/observation.ts";
import { observeSupply } from "./supply/observe.ts";
import { judgeSupply } from "./supply/report.ts";
import { Bases, Trust } from "./supply/trust.ts";
import { verifierOf } from "./supply/verify.ts";
import { Workload } from "./workload.ts";

const usage = `image-audit-registry HOST/REPOSITORY@DIGEST [options]      who signed an image, from what it was built, whether it was scanned

  --trust FILE         JSON: issuer, identity, origins, repositories … that are accepted; without it everything is "unknown"
  --bases FILE         JSON: repositories a base may come from
  --trusted-root FILE  Sigstore's trusted_root.json: certificate authority, logs, timestamp authority
  --checklist          also pull and run the image, and print the twelve points; anything but a pass blocks
  --profile FILE       for --checklist: run every container under this profile
  --workload FILE      for --checklist: port, readyPath, one request
  --label NAME=VALUE   for --checklist: put on every container
  --work-dir DIR       for --checklist: where temporary folders are made; the engine must see the same files there
  --json               the report as JSON on standard output
  --help

Exit code: 0 nothing found · 1 findings, "unknown" among them · 2 usage or configuration · 3 registry, engine or tool trouble.
`;

const GET_ROOT =
  "name one with --trusted-root FILE (make: TRUSTED_ROOT=FILE), or get Sigstore's: cosign initialize && " +
  'cp "$(find ~/.sigstore/root -name trusted_root.json | head -n 1)" trusted_root.json';

type Options = ReturnType<typeof options>;

function options(args: string[]) {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const files = {
      trust: text,
      bases: text,
      "trusted-root": text,
      profile: text,
      workload: text,
      label: text,
      "work-dir": text,
    };
    return parseArgs({ args, allowPositionals: true, options: { ...files, checklist: flag, json: flag, help: flag } });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AuditError("USAGE", `${message}; see image-audit-registry --help`, { cause });
  }
}

/** @returns the exit code */
async function main(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = options(args);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [reference, ...others] = positionals;
  if (!reference || others.length > 0) {
    const got = reference === "" ? '""' : positionals.length;
    throw new AuditError("USAGE", `expected one reference, got ${got}; see image-audit-registry --help`);
  }
  parseReference(reference); // nonsense is no image that was judged
  if (values.checklist && !namesRegistry(reference)) {
    const instead = `image-audit ${reference} checks an engine's image (make audit IMAGE=${reference})`;
    throw new AuditError(
      "USAGE",
      `expected HOST/REPOSITORY@DIGEST, got ${reference}, which names no registry; ${instead}`,
    );
  }
  const observation = await observed(reference, values, signal);
  const report = judgeSupply(reference, observation);
  if (values.checklist) return await checklist(observation, report, values, signal);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, supplyChecks));
  return findings(report) === 0 ? 0 : 1;
}

/** A name without a host is an image in an engine: it has no signature, whatever the hub has under that name. */
const namesRegistry = (reference: string) => /^(?:localhost|[^/]*[.:][^/]*)\//.test(reference);

async function observed(
  reference: string,
  values: Options["values"],
  signal: AbortSignal,
): Promise<SupplyObservation | NotObserved> {
  if (!namesRegistry(reference)) {
    return { notObserved: `${reference} names no registry; an engine's image carries no signature` };
  }
  if (values.trust === undefined || values["trusted-root"] === undefined) {
    return { notObserved: "no trust was given: --trust and --trusted-root say what is accepted" };
  }
  const trust = await readJson(values.trust, "trust", Trust);
  const trustedRoot = await readJson(values["trusted-root"], "Sigstore trusted root", z.looseObject({}), GET_ROOT);
  verifierOf(trustedRoot, values["trusted-root"]); // a wrong file is known before any registry is asked
  const approved =
    values.bases === undefined ? {} : { bases: (await readJson(values.bases, "list of bases", Bases)).bases };
  return await observeSupply(reference, { trust: { ...trust, ...approved }, trustedRoot, signal, onProgress: say });
}

async function checklist(
  observation: SupplyObservation | NotObserved,
  report: ReturnType<typeof judgeSupply>,
  values: Options["values"],
  signal: AbortSignal,
): Promise<number> {
  const reports = [report];
  const refusal = notToBeRun(report);
  if (!("notObserved" in observation) && refusal === undefined) {
    const workload =
      values.workload === undefined ? {} : { workload: await readJson(values.workload, "workload", Workload) };
    const profile = values.profile === undefined ? {} : { profile: await readJson(values.profile, "profile", Profile) };
    const [name = "", ...rest] = (values.label ?? `image-audit.run=${process.pid}`).split("=");
    const labels = { [name]: rest.join("=") };
    const workDir = values["work-dir"] === undefined ? {} : { workDir: resolve(values["work-dir"]) };
    reports.push(
      await auditPulled(observation, { ...workload, ...profile, ...workDir, labels, signal, onProgress: say }),
    );
  } else {
    say(`not pulled and not run: ${refusal?.reason}`);
  }
  const judged = judgeChecklist(report.image, reports, refusal && `not run, ${refusal.id} is no pass`);
  process.stdout.write(values.json ? `${JSON.stringify(judged, null, 2)}\n` : renderChecklist(judged));
  return judged.points.every(({ passed }) => passed) ? 0 : 1;
}

function say(line: string): void {
  process.stderr.write(`image-audit-registry: ${line}\n`);
}

await frame("image-audit-registry", main);

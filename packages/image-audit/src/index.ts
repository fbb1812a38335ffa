export { type Check, type CheckId, defineCheck, type Limits, type Need, type Severity } from "./check.ts";
export { checks, imageChecks } from "./checks.ts";
export { connectEngine } from "./engine.ts";
export { AuditError, type AuditErrorCode } from "./errors.ts";
export { type Archive, type LayerConsumer, readArchive } from "./image/archive.ts";
export { compressedBytes } from "./image/compressed.ts";
export type { FileEntry, ImageConfig, ImageRef, Layer, LayerIndex } from "./image/observation.ts";
export { countExecutables, countPackages, type PackageCount } from "./image/packages.ts";
export { type ProbedImage, probeArchive, probeImage } from "./image/probe.ts";
export type { ProbeOptions } from "./image/save.ts";
export { type RuntimeUser, resolveUser } from "./image/user.ts";
export { findExecutable, type MergedView, mergeLayers, resolvePath, type Seen } from "./image/view.ts";
export { type Observation, traceOf } from "./observation.ts";
export { allRungs, type ObserveOptions, observe } from "./observe.ts";
export {
  type Digest,
  type Evidence,
  fail,
  type Outcome,
  pass,
  type Status,
  skipped,
  unknown,
  type Waiver,
} from "./outcome.ts";
export { Profile } from "./profile.ts";
export { type Content, Registry } from "./registry/client.ts";
export { parseReference, type RegistryReference } from "./registry/reference.ts";
export { type AuditReport, judge, type ToolVersion } from "./report.ts";
export { hostConfigOf } from "./run/hardened-container.ts";
export type { Process, Rung, RunTraces, Tried } from "./run/observation.ts";
export { runChecks } from "./run-checks.ts";
export { type ChecklistReport, checklistPoints, judgeChecklist } from "./supply/checklist.ts";
export { supplyChecks } from "./supply/checks.ts";
export type { Attestation, NotObserved, SupplyObservation } from "./supply/observation.ts";
export { observeSupply, type SupplyOptions } from "./supply/observe.ts";
export { judgeSupply } from "./supply/report.ts";
export { Trust } from "./supply/trust.ts";
export { Workload } from "./workload.ts";

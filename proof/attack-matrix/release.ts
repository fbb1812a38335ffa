import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildRecord } from "pipeline/build";
import { provenanceOf, scanPredicate } from "pipeline/gates/attest";
import { auditPredicate } from "pipeline/gates/image";
import type { Scan } from "pipeline/gates/scan";
import { TYPES } from "pipeline/gates/trust";
import { attest, sign } from "../sigstore/cosign.ts";
import { pushSmallImage } from "../sigstore/small-image.ts";
import type { Sigstore } from "../sigstore/stack.ts";

/** A folder with a Dockerfile, and the record of a build of it. */
export type Built = { root: string; record: BuildRecord };

/** An image released as the pipeline does it: signed, and everything attested that a gate asks for. */
export type Release = Built & { image: string; predicates: Record<string, object> };

const HOUR = 3_600_000;
export const BASE = `gcr.io/distroless/nodejs24-debian13:nonroot@sha256:${"b".repeat(64)}`;

/** What the gates record of a build on this base. */
export function built(folder: string, ref = BASE): Built {
  const root = join(folder, `built-on-${ref.replace(/\W+/g, "-")}`);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "Dockerfile"), `FROM ${ref}\n`);
  const digest = ref.split("@")[1] ?? "";
  const record: BuildRecord = {
    ...{ schemaVersion: 1, target: "stage-4", image: "app", imageId: "sha256:1", dockerfile: "Dockerfile" },
    ...{ lockSha256: "1".repeat(64), commit: "c".repeat(40), dirty: false },
    bases: [{ ref, digest, origin: "hub" }],
  };
  return { root, record };
}

/** What the scanner reports: one finding. */
export function scanReport(severity = "Low", hoursAgo = 0, from = "live"): Scan {
  const timestamp = new Date(Date.now() - hoursAgo * HOUR).toISOString();
  const status = { from, built: timestamp, valid: true };
  return {
    matches: [{ vulnerability: { id: "CVE-2026-1", severity }, artifact: { name: "libc6", version: "2.41" } }],
    descriptor: { version: "0.0.0", timestamp, db: { status, providers: { debian: {} } } },
  };
}

/** A scan's predicate. */
export const scanned = (...said: Parameters<typeof scanReport>): object => scanPredicate(scanReport(...said));

/**
 * Signs and attests one image.
 * @param changes predicates that differ from a good release
 */
export function makeRelease(
  { registry, folder, stack }: { registry: string; folder: string; stack: Sigstore },
  content: string,
  changes: Record<string, object> = {},
): Release {
  const { root, record } = built(folder);
  const node = { name: "node", versionInfo: "24.21.0" };
  const report = { image: { id: record.imageId }, results: [{ id: "RUN-USER-001", outcome: { status: "pass" } }] };
  const predicates: Record<string, object> = {
    spdx: { spdxVersion: "SPDX-2.3", packages: [node] },
    cyclonedx: { bomFormat: "CycloneDX", components: [node] },
    provenance: provenanceOf(record, stack.identity, "1"),
    scan: scanned(),
    audit: auditPredicate(report),
    ...changes,
  };
  const image = pushSmallImage(`${registry}/${content}`, content);
  sign(stack, image);
  for (const [name, predicate] of Object.entries(predicates)) state({ stack }, image, name, predicate);
  return { root, record, image, predicates };
}

/** Attests one predicate, by the name the gates have for its type. */
export function state({ stack }: { stack: Sigstore }, image: string, name: string, predicate: object): void {
  attest(stack, image, TYPES[name] ?? name, predicate);
}

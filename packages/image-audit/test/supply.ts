import type { Digest } from "../src/outcome.ts";
import { TYPES } from "../src/supply/check.ts";
import type { Attestation, Stored, SupplyObservation } from "../src/supply/observation.ts";
import type { Trust } from "../src/supply/trust.ts";

export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}` as Digest;
export const named = digestOf("a");

export const trust: Trust = {
  schemaVersion: 1,
  issuer: "https://issuer.test",
  identity: "https://host.test/release.yml@refs/heads/main",
  origins: ["registry"],
  maxScanAgeHours: 48,
  repositories: ["registry.test/app"],
  requires: [],
  revoked: [],
  bases: ["node"],
};

export const provenance = (over: object = {}, internalParameters: object = { uncommittedChanges: false }) => ({
  buildDefinition: {
    internalParameters,
    resolvedDependencies: [
      {
        uri: "pkg:docker/node@24?platform=linux",
        digest: { sha256: "b".repeat(64) },
        annotations: { origin: "registry" },
      },
      { uri: "git+https://host.test/app", digest: { gitCommit: "1" } },
      { name: "pnpm-lock.yaml", digest: { sha256: "e".repeat(64) } },
      ...[over].filter((one) => Object.keys(one).length > 0),
    ],
  },
  runDetails: { builder: { id: trust.identity } },
});

const descriptor = { db: { status: { from: "https://database.test/6.tar.zst" } } };

/** @param hours before the observation that the scan ended */
export const scan = (hours: number, ...severities: string[]) => ({
  scanner: {
    uri: "pkg:github/anchore/grype@1",
    result: {
      matches: severities.map((severity) => ({
        vulnerability: { id: "CVE-1", severity },
        artifact: { name: "libx", version: "1" },
      })),
      descriptor,
    },
  },
  metadata: { scanFinishedOn: new Date(Date.UTC(2026, 10, 24) - hours * 3_600_000).toISOString() },
});

/** The same of another database, or with another statement of which one it was. */
export function scanOf(other: unknown) {
  const { scanner, metadata } = scan(1);
  return { scanner: { ...scanner, result: { ...scanner.result, descriptor: other } }, metadata };
}
export const byFixture = scanOf({ db: { status: { from: "fixture of this test" } } });

/** What a good image has beside it, by type. */
export const good: [string, unknown][] = [
  [TYPES.sign, {}],
  [TYPES.spdx, { packages: [{ name: "node" }, { name: "libc6" }] }],
  [TYPES.cyclonedx, { components: [{ name: "node" }] }],
  [TYPES.provenance, provenance()],
  [TYPES.scan, scan(1, "Low")],
  [TYPES.audit, { result: "PASSED", passedTests: ["IMG-USER-001"], failedTests: [] }],
];

export const attested = (...statements: [string, unknown][]): Attestation[] =>
  statements.map(([predicateType, predicate]) => ({
    manifest: digestOf("c"),
    verified: true,
    predicateType,
    predicate,
  }));

type Parts = {
  statements?: [string, unknown][];
  refused?: string[];
  children?: { platform: string; statements: [string, unknown][] }[];
  contents?: Stored[];
  repository?: string;
  trust?: Partial<Trust>;
};

export function supplyOf(parts: Parts = {}): SupplyObservation {
  const refused = (parts.refused ?? []).map((reason) => ({
    manifest: digestOf("d"),
    verified: false as const,
    reason,
  }));
  const children = (parts.children ?? []).map(({ platform, statements }, index) => ({
    digest: digestOf(`${index}`),
    platform,
    attestations: attested(...statements),
  }));
  return {
    schemaVersion: 1,
    image: { reference: "registry.test/app:1", id: named },
    repository: parts.repository ?? "registry.test/app",
    observedAt: "2026-11-24T00:00:00.000Z",
    trust: { ...trust, ...parts.trust },
    contents: parts.contents ?? [{ kind: "manifest", digest: named, actual: named }],
    subjects: [
      { digest: named, platform: null, attestations: [...attested(...(parts.statements ?? good)), ...refused] },
      ...children,
    ],
  };
}

/** The good statements, with those of one type taken out or replaced. */
export function statementsBut(type: string, ...predicates: unknown[]): [string, unknown][] {
  return [...good.filter(([other]) => other !== type), ...predicates.map((one): [string, unknown] => [type, one])];
}

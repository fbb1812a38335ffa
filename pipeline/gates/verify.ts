import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { basesOf } from "../bases.ts";
import { PipelineError } from "../errors.ts";
import { purlOf, TYPES } from "./attest.ts";
import { type Gate, linesOf, readJson } from "./gate.ts";
import { isGrave, nameOf, type Scan } from "./scan.ts";

/** `policies/trust.json`: what a verifier accepts. */
export type Trust = Signer & { origins: string[]; maxScanAgeHours: number; repositories: string[] };
type Signer = { issuer: string; identity: string };

/** @throws PipelineError CONFIGURATION for a pattern: an address that only contains the right one would match it */
export function readTrust(file: string): Trust {
  const trust = readJson(file) as Trust;
  const isExact = [trust.issuer, trust.identity].every((name) => /^https?:\/\/[\w.:/@-]+$/.test(name));
  if (isExact && trust.origins.length > 0 && trust.maxScanAgeHours > 0) return trust;
  throw new PipelineError("CONFIGURATION", `${file}: expected exact issuer and identity, origins, maxScanAgeHours`);
}

type Statement = { subject: { digest: { sha256: string } }[]; predicateType: string; predicate: never };
type Dependency = { uri: string; digest: Record<string, string>; annotations?: { origin: string } };
type Build = { internalParameters: { uncommittedChanges: boolean }; resolvedDependencies: Dependency[] };
type Provenance = { buildDefinition: Build; runDetails: { builder: { id: string } } };
type Named = { name: string }[];
type ScanReport = { scanner: { result: Scan }; metadata: { scanFinishedOn: string } };

/** What was verified, by name of the type: all statements of it, each with its signature and log entry checked. */
export type Statements = Record<string, Statement[]>;

/** What the image should have been built from. */
export type Expected = { digest: string; lockSha256: string; commit: string; bases: string[] };

/** What is wrong with one predicate: messages by whether they apply. What it lacks throws, and that is a failure too. */
type Rule = (predicate: never, trust: Trust, expected: Expected, now: number) => Record<string, boolean>;

const noNode = (list: Named) => ({ "node is not named": !list.some(({ name }) => name === "node") });
const RULES: Record<string, Rule> = {
  sign: () => ({}),
  spdx: ({ packages }: { packages: Named }) => noNode(packages),
  cyclonedx: ({ components }: { components: Named }) => noNode(components),
  provenance: ({ buildDefinition, runDetails: { builder } }: Provenance, { identity, origins }, expected) => {
    const all = buildDefinition.resolvedDependencies;
    const { uncommittedChanges } = buildDefinition.internalParameters;
    const bases = all.filter(({ uri }) => uri.startsWith("pkg:docker/"));
    const uris = bases.map(({ uri }) => uri).join(", ");
    const from = bases
      .map(({ annotations }) => annotations?.origin ?? "nowhere")
      .filter((one) => !origins.includes(one));
    const pulled = bases.filter(({ annotations }) => annotations?.origin === "registry");
    const moved = pulled.find(({ uri, digest }) => !uri.endsWith(`:${digest["sha256"]}`));
    const isNamed = (digest: string) => all.some((one) => Object.values(one.digest).includes(digest));
    return {
      [`built by ${builder.id}`]: builder.id !== identity,
      [`built on ${uris}, expected ${expected.bases.join(", ")}`]: uris !== expected.bases.join(", "),
      [`a base is from ${from.join(", ")}, accepted: ${origins.join(", ")}`]: from.length > 0,
      [`another image was used under the name ${moved?.uri}`]: moved !== undefined,
      "built from another lock file": !isNamed(expected.lockSha256),
      "built from another commit": !isNamed(expected.commit),
      "built from uncommitted changes": uncommittedChanges !== false && !origins.includes("local"),
    };
  },
  scan: ({ scanner: { result }, metadata }: ScanReport, { maxScanAgeHours, origins }, _, now) => {
    const hours = (now - Date.parse(metadata.scanFinishedOn)) / 3_600_000;
    const isFresh = hours > -1 && hours < maxScanAgeHours;
    const { from } = result.descriptor.db.status;
    return {
      [`made ${metadata.scanFinishedOn}, accepted for ${maxScanAgeHours} hours`]: !isFresh,
      [`it found ${result.matches.filter(isGrave).map(nameOf).join(", ")}`]: result.matches.some(isGrave),
      [`made with ${from}`]: from.startsWith("fixture") && !origins.includes("local"),
    };
  },
  audit: ({ result }: { result: string }) => ({ "the image did not pass": result !== "PASSED" }),
};

/** Of each type every statement, not the last one: of two scans both must be clean. */
export function judgeStatements(all: Statements, trust: Trust, expected: Expected, now = Date.now()): string[] {
  return Object.entries(RULES).flatMap(([name, rule]) => {
    const ofType = all[name] ?? [];
    if (ofType.length === 0 && name !== "audit") return [`${name}: no statement by ${trust.identity}`];
    const judged = ofType.map(({ subject: [image, ...more], predicateType, predicate }) => ({
      [`a statement of type ${predicateType}`]: predicateType !== TYPES[name],
      "it is about another image": image?.digest.sha256 !== expected.digest,
      "it is about more than one image": more.length > 0,
      ...rule(predicate, trust, expected, now),
    }));
    const wrong = judged.flatMap((messages) => Object.entries(messages).filter(([, applies]) => applies));
    return wrong.map(([message]) => `${name}: ${message}`);
  });
}

/** The lines `cosign verify-attestation` prints: one envelope each. */
function statementsOf(file: string): Statement[] {
  const lines = linesOf(file).map((line) => (JSON.parse(line) as { payload: string }).payload);
  return lines.map((payload) => JSON.parse(Buffer.from(payload, "base64").toString()) as Statement);
}

/** Looks at the registry, as a stranger would; never taken from a stored result. */
export const verify: Gate = {
  name: "verify",
  before: ({ out, trust, repository }, folder) => {
    const attested = readFileSync(join(out, "attest/attestations"), "utf8");
    writeFileSync(join(folder, "types"), `${TYPES["sign"]} sign\n${attested}`);
    const { repositories } = readTrust(trust);
    return repositories.includes(repository) ? [] : [`${trust} accepts ${repositories.join(", ")}, not ${repository}`];
  },
  judge: (folder, { root, trust, record, subject = "" }) => {
    if (record === undefined) throw new TypeError("expected the record of a build");
    const names = linesOf(join(folder, "types")).map((line) => line.split(" ")[1] ?? "");
    const statements = Object.fromEntries(names.map((name) => [name, statementsOf(join(folder, `${name}.jsonl`))]));
    const bases = basesOf(join(root, record.dockerfile)).map(({ ref }) => purlOf(ref));
    const expected = { ...record, digest: subject.split("@sha256:")[1] ?? "", bases };
    const count = `${Object.values(statements).flat().length} statements of ${names.length} types`;
    const findings = judgeStatements(statements, readTrust(trust), expected);
    return { findings, seen: `${count}, each by that one identity and about this image` };
  },
};

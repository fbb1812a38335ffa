import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { basesOf, purlOf } from "../bases.ts";
import { type Gate, linesOf, text, wrongIn } from "./gate.ts";
import { auditPredicate, reportIn } from "./image.ts";
import { isGrave, nameOf, Scan } from "./scan.ts";
import { readTrust, revokedIn, type Trust, TYPES } from "./trust.ts";

const subject = z.array(z.object({ digest: z.object({ sha256: text }) }));
const Statement = z.object({ subject, predicateType: text, predicate: z.unknown() });
/** What was verified, by name of the type: all statements of it, each with its signature and log entry checked. */
export type Statements = Record<string, z.infer<typeof Statement>[]>;

/** What the image should have been built from. */
export type Expected = { digest: string; lockSha256: string; commit: string; bases: string[] };

/** What is wrong with one predicate: messages by whether they apply. */
type Rule<T> = (predicate: T, trust: Trust, expected: Expected, now: number) => Record<string, boolean>;

/** A rule for predicates of one shape; of another shape nothing can be said but which field is not as it must be. */
const rule =
  <T>(shape: z.ZodType<T>, judge: Rule<T>): Rule<unknown> =>
  (predicate, ...known) => {
    const { data, error } = shape.safeParse(predicate);
    return error ? { [wrongIn(error)]: true } : judge(data, ...known);
  };

const Names = z.array(z.object({ name: z.string() }));
const noNode = (list: z.infer<typeof Names>) => ({ "node is not named": !list.some(({ name }) => name === "node") });
const annotations = z.object({ origin: text }).default({ origin: "nowhere" });
const resolvedDependencies = z.array(z.object({ uri: text, digest: z.record(text, text), annotations }));
const internalParameters = z.object({ uncommittedChanges: z.boolean() });
const buildDefinition = z.object({ internalParameters, resolvedDependencies });
const Provenance = z.object({ buildDefinition, runDetails: z.object({ builder: z.object({ id: text }) }) });
const metadata = z.object({ scanFinishedOn: z.iso.datetime({ offset: true }) });
const ScanReport = z.object({ scanner: z.object({ result: Scan }), metadata });
const TestResult = z.object({ result: text, passedTests: z.array(text), failedTests: z.array(text) });

const RULES: Record<string, Rule<unknown>> = {
  sign: () => ({}),
  spdx: rule(z.object({ packages: Names }), ({ packages }) => noNode(packages)),
  cyclonedx: rule(z.object({ components: Names }), ({ components }) => noNode(components)),
  provenance: rule(
    Provenance,
    ({ buildDefinition: built, runDetails: { builder } }, { identity, origins }, expected) => {
      const all = built.resolvedDependencies;
      const bases = all.filter(({ uri }) => uri.startsWith("pkg:docker/"));
      const uris = bases.map(({ uri }) => uri).join(", ");
      const from = bases.map((base) => base.annotations.origin).filter((origin) => !origins.includes(origin));
      const pulled = bases.filter((base) => base.annotations.origin === "registry");
      const moved = pulled.find(({ uri, digest }) => !uri.endsWith(`:${digest["sha256"]}`));
      const isNamed = (digest: string) => all.some((one) => Object.values(one.digest).includes(digest));
      return {
        [`built by ${builder.id}`]: builder.id !== identity,
        [`built on ${uris}, expected ${expected.bases.join(", ")}`]: uris !== expected.bases.join(", "),
        [`a base is from ${from.join(", ")}, accepted: ${origins.join(", ")}`]: from.length > 0,
        [`another image was used under the name ${moved?.uri}`]: moved !== undefined,
        "built from another lock file": !isNamed(expected.lockSha256),
        "built from another commit": !isNamed(expected.commit),
        "built from uncommitted changes": built.internalParameters.uncommittedChanges && !origins.includes("local"),
      };
    },
  ),
  scan: rule(
    ScanReport,
    ({ scanner: { result }, metadata: { scanFinishedOn } }, { maxScanAgeHours, origins }, _, now) => {
      const hours = (now - Date.parse(scanFinishedOn)) / 3_600_000;
      const isFresh = hours > -1 && hours < maxScanAgeHours;
      const { from } = result.descriptor.db.status;
      return {
        [`made ${scanFinishedOn}, accepted for ${maxScanAgeHours} hours`]: !isFresh,
        [`it found ${result.matches.filter(isGrave).map(nameOf).join(", ")}`]: result.matches.some(isGrave),
        [`made with ${from}`]: from.startsWith("fixture") && !origins.includes("local"),
      };
    },
  ),
  audit: rule(TestResult, ({ result, passedTests, failedTests }) => ({
    "the image did not pass": result !== "PASSED" || failedTests.length > 0 || passedTests.length === 0,
  })),
};

/** Of each type every statement, not the last one: of two scans both must be clean. */
export function judgeStatements(all: Statements, trust: Trust, expected: Expected, now = Date.now()): string[] {
  const wrong = Object.entries(RULES).flatMap(([name, judge]) => {
    const ofType = all[name] ?? [];
    const isMissing = ofType.length === 0 && trust.requires.includes(TYPES[name] ?? "");
    const judged = ofType.map(({ subject: [image, ...more], predicateType, predicate }) => ({
      [`a statement of type ${predicateType}`]: predicateType !== TYPES[name],
      "it is about another image": image?.digest.sha256 !== expected.digest,
      "it is about more than one image": more.length > 0,
      ...judge(predicate, trust, expected, now),
    }));
    const messages = [{ [`no statement by ${trust.identity}`]: isMissing }, ...judged].flatMap(Object.entries<boolean>);
    return messages.filter(([, applies]) => applies).map(([message]) => `${name}: ${message}`);
  });
  return [...revokedIn(trust, `sha256:${expected.digest}`), ...wrong];
}

const Envelope = z.object({ payload: z.base64() });
/** As `verify-attestation` prints them, or in a bundle as `download attestation` does. */
const Printed = Envelope.or(z.object({ dsseEnvelope: Envelope }).transform((bundle) => bundle.dsseEnvelope));

/** The lines that cosign prints, one envelope each. */
export function statementsOf(file: string): Statements[string] {
  const payloads = linesOf(file).map((line) => Printed.parse(JSON.parse(line)).payload);
  return payloads.map((payload) => Statement.parse(JSON.parse(Buffer.from(payload, "base64").toString())));
}

/** Looks at the registry, as a stranger would; never taken from a stored result. */
export const verify: Gate = {
  name: "verify",
  before: ({ out, trust, repository }, folder) => {
    const { requires, repositories } = readTrust(trust);
    const isAsked = ([name, type]: [string, string]) =>
      requires.includes(type) || existsSync(join(out, "attest", `${name}.json`));
    const asked = Object.entries(TYPES).filter(isAsked);
    writeFileSync(join(folder, "types"), asked.map(([name, type]) => `${type} ${name}\n`).join(""));
    return repositories.includes(repository) ? [] : [`${trust} accepts ${repositories.join(", ")}, not ${repository}`];
  },
  judge: (folder, { root, trust, record, subject = "" }) => {
    if (record === undefined) throw new TypeError("expected the record of a build");
    const names = linesOf(join(folder, "types")).map((line) => line.split(" ")[1] ?? "");
    const statements = Object.fromEntries(names.map((name) => [name, statementsOf(join(folder, `${name}.jsonl`))]));
    const bases = basesOf(join(root, record.dockerfile)).map(({ ref }) => purlOf(ref));
    const expected = { ...record, digest: subject.split("@sha256:")[1] ?? "", bases };
    const count = `${Object.values(statements).flat().length} statements of ${names.length} types`;
    const again = reportIn(folder, "again.json");
    const second = again === undefined ? undefined : auditPredicate(again);
    const refused = second?.failedTests.map((id) => `the second verifier refuses it: ${id}`) ?? [];
    const by = second === undefined ? "no second verifier is installed" : `${second.passedTests.length} checks again`;
    const seen = `${count}, each by that one identity and about this image; ${by}`;
    return { findings: [...judgeStatements(statements, readTrust(trust), expected), ...refused], seen };
  },
};

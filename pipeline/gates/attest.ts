import { copyFileSync, existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { purlOf } from "../bases.ts";
import { type BuildRecord, writeWhole } from "../build.ts";
import { type Gate, linesOf, readJson } from "./gate.ts";
import { auditPredicate, reportIn } from "./image.ts";
import { isGrave, nameOf, readIgnores, Scan, withoutIgnored } from "./scan.ts";
import { TYPES } from "./trust.ts";
import { statementsOf } from "./verify.ts";

/**
 * SLSA v1, from what the build recorded. https://slsa.dev/spec/v1.1/provenance
 * @param builder the workflow, as its certificate names it; its repository is the source
 */
export function provenanceOf(record: BuildRecord, builder: string, run: string): object {
  const bases = record.bases.map(({ ref, digest, origin }) => ({
    uri: purlOf(ref),
    digest: { sha256: digest.replace("sha256:", "") }, // really used: a stand-in's, when it was one
    annotations: { origin: origin === "hub" ? "registry" : origin },
  }));
  const [repository] = builder.split("/.github/");
  const source = { uri: `git+${repository}`, digest: { gitCommit: record.commit } };
  return {
    buildDefinition: {
      buildType: `${repository}/blob/main/docs/supply-chain.md#provenance`,
      externalParameters: { dockerfile: record.dockerfile, target: record.target },
      internalParameters: { uncommittedChanges: record.dirty },
      resolvedDependencies: [source, { uri: "pnpm-lock.yaml", digest: { sha256: record.lockSha256 } }, ...bases],
    },
    runDetails: { builder: { id: builder }, metadata: { invocationId: run } },
  };
}

/** cosign's predicate of a scan: which scanner, which database, when, and all that it said. */
export function scanPredicate(result: Scan) {
  const { version, timestamp, db } = result.descriptor;
  const database = { uri: db.status.from, version: db.status.built };
  return {
    invocation: { parameters: null, uri: "", event_id: "", "builder.id": "" },
    scanner: { uri: `pkg:github/anchore/grype@${version}`, version, db: database, result },
    metadata: { scanStartedOn: timestamp, scanFinishedOn: timestamp },
  };
}

/** Attests one predicate after the other and looks for each in what the registry has: a count would not see an exchange. */
export const attest: Gate = {
  name: "attest",
  inputs: ({ root, out, trust }) => ({
    files: [trust, join(out, "image/result.json"), join(out, "scan/result.json"), join(root, "out/stage-4.build.json")],
  }),
  before: ({ root, out, record, identity }, folder) => {
    if (record === undefined) return ["nothing recorded what the image was built from: build it first"];
    const report = reportIn(out, "image/report.json");
    const scan = withoutIgnored(readJson(Scan, out, "scan/scan.json"), readIgnores(root));
    const predicates: Record<string, object> = {
      provenance: provenanceOf(record, identity, process.env["GITHUB_RUN_ID"] ?? "local"),
      scan: scanPredicate(scan),
      ...(report?.image.id === record.imageId ? { audit: auditPredicate(report) } : {}),
    };
    copyFileSync(join(out, "sbom/sbom.spdx.json"), join(folder, "spdx.json"));
    copyFileSync(join(out, "sbom/sbom.cdx.json"), join(folder, "cyclonedx.json"));
    for (const [name, predicate] of Object.entries(predicates)) writeWhole(join(folder, `${name}.json`), predicate);
    const names = ["spdx", "cyclonedx", ...Object.keys(predicates)];
    writeFileSync(join(folder, "attestations"), names.map((name) => `${TYPES[name]} ${name}\n`).join(""));
    return [];
  },
  judge: (folder) => {
    const made = linesOf(join(folder, "attestations")).map((line) => line.split(" ")[1] ?? "");
    const [before = [], after = []] = ["before.jsonl", "after.jsonl"].map((file) => linesOf(join(folder, file)));
    const there = statementsOf(join(folder, "after.jsonl")).map(({ predicate }) => predicate);
    const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as unknown;
    const lost = made.filter((name) => !there.some((one) => isDeepStrictEqual(one, read(name))));
    if (before.some((line) => !after.includes(line))) lost.push("one that was there");
    const report = existsSync(join(folder, "audit.json")) ? "audit report among them" : "no audit report";
    const seen = `${made.length} attestations, ${after.length} statements in the registry; ${report}`;
    return { findings: lost.map((name) => `the registry has lost a statement: ${name}`), seen };
  },
};

/** The scan of today in the place of every older one: of a type admission reads one statement, and chance says which. */
export const restate: Gate = {
  name: "restate",
  before: ({ root, out }, folder) => {
    const scan = withoutIgnored(readJson(Scan, out, "rescan/scan.json"), readIgnores(root));
    writeWhole(join(folder, "scan.json"), scanPredicate(scan));
    // By cosign's label. Nobody signs that: what counts in the end is what verifies.
    const isScan = (file: string) => readFileSync(file, "utf8").includes(`"${TYPES["scan"]}"`);
    const older = globSync(join(out, "rescan/sha256:*")).filter(isScan);
    writeFileSync(join(folder, "older"), older.map((file) => `${basename(file)}\n`).join(""));
    return [];
  },
  judge: (folder) => {
    const made = JSON.parse(readFileSync(join(folder, "scan.json"), "utf8")) as ReturnType<typeof scanPredicate>;
    const grave = made.scanner.result.matches.filter(isGrave).map(nameOf);
    const beside = statementsOf(join(folder, "scan.jsonl")).map(({ predicate }) => predicate);
    const listed = `expected the new scan alone beside the image, ${beside.length} verify: oras discover lists them`;
    const findings = isDeepStrictEqual(beside, [made]) ? grave : [listed, ...grave];
    return { findings, seen: "the only scan beside the image, none critical or high" };
  },
};

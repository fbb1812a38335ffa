import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { TYPES } from "pipeline/gates/trust";
import { statementsOf } from "pipeline/gates/verify";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../attack-matrix/places.ts";
import { makeRelease, type Release, scanned, state } from "../attack-matrix/release.ts";
import type { Question } from "../attack-matrix/row.ts";
import { moveToEnd, unlabel } from "../attack-matrix/stored-bundle.ts";
import { startReferrersRegistry } from "../referrers-registry/start.ts";
import { startRegistry } from "../registry.ts";
import { RepositoryCopy } from "../repository-copy.ts";
import { advisories, fixtureDatabase } from "../scan-fixture/database.ts";
import { workflow } from "../sigstore/claims.ts";
import { acceptedBy, attest, readTrust } from "../sigstore/cosign.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { startFaultyRegistry } from "./faulty-registry.ts";

// The rescan that scheduled.yml asks for, on released images: what is beside them afterwards, and who sees it, Kyverno
// first. Its removal of older scans is taken out for the other way.
const missing = await bringTools([
  ...SIGSTORE_TOOLS,
  ...["crane", "docker-registry", "grype", "jq", "kyverno-cli", "oras"],
]);
const { named } = unless(missing);
const run = new Run("rescan-test");
const REMOVAL = /^xargs .* oras manifest delete .*\n/m;
const SCAN = TYPES["scan"] ?? "";
const places = ["Kyverno", "verify gate", "image-audit's checks"] as const;
let stack: Sigstore;
let registry: string;
let clean: Record<string, string>;
let vulnerable: Record<string, string>;
let copy: RepositoryCopy;
/** The same without the removal of older statements. */
let keeping: RepositoryCopy;

beforeAll(async () => {
  if (missing !== undefined) return;
  [copy, keeping] = [new RepositoryCopy(), new RepositoryCopy()];
  for (const made of [copy, keeping]) made.install("", "pipeline");
  keeping.replace("pipeline/gates/restate.sh", REMOVAL, "");
  const started = [startRegistry(run), startSigstore(run)] as const;
  clean = await fixtureDatabase(run, join(run.folder, "clean"));
  vulnerable = await fixtureDatabase(run, join(run.folder, "vulnerable"), advisories("qs"));
  const [address, sigstore] = await Promise.all(started);
  [registry, stack] = [onLocalhost(address), sigstore];
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  for (const made of [copy, keeping]) made?.[Symbol.dispose]();
  run.close();
});

/** oras speaks plain HTTP to a host of this name alone. */
const onLocalhost = (address: string) => address.replace("127.0.0.1", "localhost");

/** A CycloneDX SBOM of node, of what shows the canary, and of more npm packages. */
function sbom(...more: string[]): object {
  const library = (name: string) => ({ type: "library", name, version: "1.0.0", purl: `pkg:npm/${name}@1.0.0` });
  const node = { type: "application", name: "node", version: "24.21.0", purl: "pkg:generic/node@24.21.0" };
  const components = [node, ...["express", ...more].map(library)];
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components };
}

/** A release of one platform, scanned so many hours ago. */
function released(name: string, { hoursAgo = 0, at = registry } = {}): Release & { scan: object } {
  const scan = scanned("Low", hoursAgo);
  const changes = { cyclonedx: sbom("qs"), scan };
  return { ...makeRelease({ registry: at, folder: run.folder, stack }, name, changes), scan };
}

/** When the scan of a release was made: what only its statement says. */
const marked = ({ scan }: { scan: object }) =>
  (scan as { metadata: { scanFinishedOn: string } }).metadata.scanFinishedOn;

/** Starts the rescan, with what the scanner knows. */
function start(image: string, { knows = clean, from = copy, env = {} as Record<string, string> } = {}) {
  rmSync(join(from.root, "out/rescan"), { recursive: true, force: true }); // a runner starts empty
  const TRUST = join(run.folder, "trust.json");
  writeFileSync(TRUST, JSON.stringify({ ...readTrust(stack.trust), repositories: [image.split("@")[0]] }));
  return run.spawn(process.execPath, ["pipeline/gates/main.ts", "--rescan", image], {
    cwd: from.root,
    env: { ...process.env, ...stack.env, ...knows, TRUST, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function rescanned(image: string, options: Parameters<typeof start>[1] = {}) {
  const child = start(image, options);
  const printed = Promise.all([child.stdout, child.stderr].map(async (stream) => (stream ? await text(stream) : "")));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output: (await printed).join("").replace(/\s*│\s*│[\s│]*|\s+/g, " ") };
}

/** What the scans beside an image found, one entry each: whoever signed them. */
function scansOf(image: string): string[] {
  const file = join(run.folder, "beside.jsonl");
  writeFileSync(file, spawnSync("cosign", ["download", "attestation", image], { encoding: "utf8" }).stdout);
  const scans = statementsOf(file)?.filter(({ predicateType }) => predicateType === SCAN) ?? [];
  return scans.map(({ predicate }) =>
    (predicate as Scanned).scanner.result.matches.map(({ vulnerability: { id } }) => id).join(" "),
  );
}
type Scanned = { scanner: { result: { matches: { vulnerability: { id: string } }[] } } };

/** What a place says to an image; undefined when it accepts it. */
async function said(place: (typeof places)[number], { image, root, record }: Release): Promise<string | undefined> {
  const accepted = acceptedBy(stack);
  const question: Question = { image, accepted, needs: [], content: { root, record, origins: ["registry", "local"] } };
  const release = { root, record, image, predicates: {} };
  return ask(place, question, { run, registry, folder: run.folder, stack, forger: stack, accepted, release });
}
const allSay = (release: Release) => Promise.all(places.map((place) => said(place, release)));
const FINDING = "GHSA-fixt-ures-0000";
const CANARY = "GHSA-cana-rynp-m000";

describe.skipIf(missing !== undefined)(named("the weekly rescan"), () => {
  test("keeps a good image young: what Kyverno refused for its age is admitted", async () => {
    const release = released("young", { hoursAgo: 200 });
    expect(await said("Kyverno", release)).toBe("the scan is older than 192 hours");
    expect(await rescanned(release.image)).toMatchObject({ status: 0 });
    expect(await allSay(release)).toEqual([undefined, undefined, undefined]);
    expect(scansOf(release.image)).toEqual([CANARY]);
  });

  test("without the removal it is chance, and the rescan says so", async () => {
    const release = released("old", { hoursAgo: 200 });
    const { status, output } = await rescanned(release.image, { from: keeping });
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringContaining("2 verify") as string });
    await moveToEnd(release.image, marked(release));
    expect(await said("Kyverno", release)).toBe("the scan is older than 192 hours");
  });

  test("keeps out an image that something was found in: every verifier refuses it", async () => {
    const release = released("found");
    expect(await said("Kyverno", release)).toBeUndefined();
    const { status, output } = await rescanned(release.image, { knows: vulnerable });
    expect(status).toBe(1);
    expect(output).toContain("1 critical or high for restate to judge;");
    expect(output).toContain(`Critical: ${FINDING} in qs 1.0.0`);
    expect(await allSay(release)).toEqual([
      expect.stringContaining("the scan found a critical") as string,
      expect.stringContaining(`scan: it found Critical: ${FINDING}`) as string,
      expect.stringContaining("SUP-SCAN-002") as string,
    ]);
  });

  test("without the removal the release's clean scan can go on admitting it", async () => {
    const release = released("hidden");
    expect(await rescanned(release.image, { knows: vulnerable, from: keeping })).toMatchObject({ status: 1 });
    await moveToEnd(release.image, marked(release));
    expect(await said("Kyverno", release)).toBeUndefined();
  });

  test("what one platform alone has is in the one statement", async () => {
    const release = released("platforms");
    state({ stack }, release.image, "cyclonedx", sbom("cookie"));
    state({ stack }, release.image, "scan", scanned());
    const cookie = await fixtureDatabase(run, join(run.folder, "cookie"), advisories("cookie"));
    expect(await rescanned(release.image, { knows: cookie })).toMatchObject({ status: 1 });
    expect(scansOf(release.image)).toEqual([expect.stringContaining(FINDING) as string]);
    expect(await said("Kyverno", release)).toContain("the scan found a critical");
  });

  test("what is no scan changes nothing: a canary that is missing, a database that is stale, an SBOM of nothing", async () => {
    const release = released("unscanned", { hoursAgo: 200 });
    const before = scansOf(release.image);
    for (const [env, status, words] of [
      [{ SCAN_CANARY: "GHSA-none" }, 1, "canary GHSA-none was not found"],
      [{ GRYPE_DB_MAX_ALLOWED_BUILT_AGE: "1ns" }, 3, "gets no vulnerability database of these days"],
    ] as const) {
      const came = await rescanned(release.image, { env });
      expect(came).toMatchObject({ status, output: expect.stringContaining(words) as string });
      expect(scansOf(release.image)).toEqual(before);
    }
    const changes = { cyclonedx: { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components: [] } };
    const { image } = makeRelease({ registry, folder: run.folder, stack }, "empty", changes);
    const came = await rescanned(image);
    expect(came).toMatchObject({ status: 1, output: expect.stringContaining("the SBOM is empty") as string });
    expect(scansOf(image)).toEqual(["CVE-2026-1"]);
  });

  test("what policies/vulnerabilities.yaml accepts does not turn it red, until its day", async () => {
    const release = released("accepted");
    const ignore = (expires: string) => {
      const rule = { vulnerability: FINDING, package: "qs", reason: "only in this test", expires };
      copy.write("policies/vulnerabilities.yaml", JSON.stringify({ ignore: [rule] }));
    };
    ignore("2999-01-01");
    expect(await rescanned(release.image, { knows: vulnerable })).toMatchObject({ status: 0 });
    expect(await allSay(release)).toEqual([undefined, undefined, undefined]);
    ignore("2020-01-01");
    const late = await rescanned(release.image, { knows: vulnerable });
    copy.write("policies/vulnerabilities.yaml", "ignore: []\n");
    expect(late).toMatchObject({ status: 1, output: expect.stringContaining(FINDING) as string });
    expect(await said("Kyverno", release)).toContain("the scan found a critical");
  });

  test("interrupted between the new statement and the removal it leaves both, and the next run one", async () => {
    await using between = await startFaultyRegistry(registry.replace("localhost", "127.0.0.1"));
    const release = released("interrupted");
    let lists = 0;
    const child = start(release.image.replace(registry, onLocalhost(between.address)));
    const ended = once(child, "exit");
    between.fault = (line) => {
      if (!/^PUT .*\/manifests\/sha256-/.test(line) || ++lists < 2) return undefined; // cosign's list, then oras's
      child.kill("SIGINT");
      return "refuses";
    };
    expect((await ended)[0]).toBe(130);
    between.fault = undefined;
    expect(scansOf(release.image)).toHaveLength(2);
    expect(await rescanned(release.image)).toMatchObject({ status: 0 });
    expect(scansOf(release.image)).toEqual([CANARY]);
  });

  test("a registry that loses the new statement and says it has it is noticed", async () => {
    await using between = await startFaultyRegistry(registry.replace("localhost", "127.0.0.1"));
    const image = released("lost").image.replace(registry, onLocalhost(between.address));
    between.fault = (line) => (/^PUT .*\/manifests\/sha256-/.test(line) ? "loses" : undefined);
    const { status, output } = await rescanned(image, { knows: vulnerable });
    expect(status).toBe(1);
    expect(output).toContain("expected the new scan alone beside the image, 1 verify");
  });

  test("a stranger's scan says nothing and is taken off too; one of ours without its label is counted", async () => {
    const release = released("stranger");
    const stranger = stack.as({ job_workflow_ref: `${workflow()}-evil` });
    attest(stack, release.image, SCAN, scanned("Critical"), stranger);
    expect(await said("Kyverno", release)).toBeUndefined();
    expect(await rescanned(release.image)).toMatchObject({ status: 0 });
    expect(scansOf(release.image)).toEqual([CANARY]);
    await unlabel(release.image, SCAN);
    const { status, output } = await rescanned(release.image);
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringContaining("2 verify") as string });
  });

  test.each([
    ["deletes", async () => onLocalhost(await startRegistry(run, "deleting", true))],
    ["has the referrers API", () => startReferrersRegistry(run)],
  ])("the same on a registry that %s", async (_, open) => {
    const release = released("elsewhere", { hoursAgo: 200, at: await open() });
    expect(await said("Kyverno", release)).toBe("the scan is older than 192 hours");
    expect(await rescanned(release.image)).toMatchObject({ status: 0 });
    expect(scansOf(release.image)).toEqual([CANARY]);
    expect(await allSay(release)).toEqual([undefined, undefined, undefined]);
  });
});

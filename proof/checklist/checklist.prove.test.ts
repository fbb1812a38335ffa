import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { basesOf } from "pipeline/bases";
import { type BuildRecord, buildShipped } from "pipeline/build";
import { provenanceOf } from "pipeline/gates/attest";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRegistry } from "../registry.ts";
import { ROOT } from "../repository-copy.ts";
import { acceptedBy, attest, SIGN, sign } from "../sigstore/cosign.ts";
import { SIGSTORE_TOOLS, type Sigstore, startSigstore } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";

// make checklist, for real: the image that ships, in a registry, signed by a Sigstore on loopback.
const reason = await bringTools([...SIGSTORE_TOOLS, "docker-registry"]);
const { proves } = unless(reason);

const run = new Run("checklist-test");
const good = `hardened-node-api:${run.id}`;
const broken = `hardened-node-api:${run.id}-broken`;
let stack: Sigstore;
let repository = "";
let record: BuildRecord;
const tags: string[] = [good, broken];

beforeAll(async () => {
  if (reason !== undefined) return;
  repository = `${await startRegistry(run)}/app`;
  stack = await startSigstore(run);
  const bases = join(ROOT, "out/bases.json");
  record = await buildShipped(run, { tag: good, bases: existsSync(bases) ? bases : undefined });
});

afterAll(() => {
  spawnSync("docker", ["image", "rm", "--force", ...tags]);
  run.close();
});

/** @returns `repository@digest` of an image of the engine */
function push(image: string, name: string): string {
  const tag = `${repository}:${name}`;
  tags.push(tag);
  execFileSync("docker", ["tag", image, tag]);
  const pushed = execFileSync("docker", ["push", "--quiet", tag], { encoding: "utf8" }).trim();
  const [digest] =
    /sha256:[0-9a-f]{64}/.exec(
      execFileSync("docker", ["inspect", "--format={{json .RepoDigests}}", pushed], { encoding: "utf8" }).split(
        `${repository}@`,
      )[1] ?? "",
    ) ?? [];
  tags.push(`${repository}@${digest}`);
  return `${repository}@${digest}`;
}

const scan = (...severities: string[]) => ({
  scanner: {
    uri: "pkg:github/anchore/grype@1",
    result: {
      descriptor: { db: { status: { from: "https://example.com/db.tar.zst" } } },
      matches: severities.map((severity) => ({ vulnerability: { id: "CVE-1", severity } })),
    },
  },
  metadata: { scanFinishedOn: new Date().toISOString() },
});

/** What the pipeline attests, from what the build recorded; `bases` stand in for the names of the real ones. */
const provenance = (bases = record.bases) => provenanceOf({ ...record, bases }, acceptedBy(stack).identity, "1");

function attestAll(image: string, over: Record<string, object> = {}): void {
  const predicates: Record<string, object> = {
    "https://spdx.dev/Document": { packages: [{ name: "node" }] },
    "https://cyclonedx.org/bom": { components: [{ name: "node" }] },
    "https://slsa.dev/provenance/v1": provenance(),
    "https://cosign.sigstore.dev/attestation/vuln/v1": scan("Low"),
    "https://in-toto.io/attestation/test-result/v0.1": { result: "PASSED", passedTests: ["IMG-USER-001"] },
    ...over,
  };
  for (const [type, predicate] of Object.entries(predicates)) {
    attest(stack, image, type, predicate);
  }
}

type Point = { title: string; passed: boolean; reasons: string[] };
type Result = { id: string; outcome: { status: string } };

/** The command line of `make checklist` with the local trust. */
function commandOf(image: string, options: readonly string[], repositories = [repository]): string[] {
  const trust = join(run.folder, "trust.json");
  const local = JSON.parse(readFileSync(stack.trust, "utf8")) as object;
  writeFileSync(trust, JSON.stringify({ ...local, repositories }));
  const main = join(ROOT, "packages/image-audit/src/registry-main.ts");
  const files = [`--trust=${trust}`, "--bases=policies/bases.json", `--trusted-root=${stack.trustedRoot}`];
  return [main, image, ...files, ...options];
}

/** Runs it; `report` is what it printed as JSON. */
function judge(...asked: Parameters<typeof commandOf>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, commandOf(...asked), { cwd: ROOT, encoding: "utf8" });
  const report = JSON.parse(stdout === "" ? "{}" : stdout) as { points: Point[]; results: Result[] };
  return { status, report, stderr };
}

/** With these it runs the image too. */
function conditions(): string[] {
  const work = join(run.folder, "work");
  mkdirSync(work, { recursive: true });
  const files = ["--profile=profile.json", "--workload=packages/ladder/workload.json", `--work-dir=${work}`];
  return ["--checklist", "--json", `--label=hardened-node-api.run=${run.folder}`, ...files];
}

/** @returns exit code and titles of the points that block */
function checklist(
  image: string,
  repositories?: string[],
): { status: number | null; blocks: string[]; output: string } {
  const { status, report, stderr } = judge(image, conditions(), repositories);
  const blocking = report.points.filter(({ passed }) => !passed);
  const output = `${JSON.stringify(blocking, null, 1)}${stderr}`;
  return { status, blocks: blocking.map(({ title }) => title), output };
}

/** Whether the engine has it. */
const isThere = (image: string) => spawnSync("docker", ["image", "inspect", image], { stdio: "ignore" }).status === 0;

proves("the image that ships, signed and attested, passes all twelve points", async () => {
  const image = push(good, "good");
  sign(stack, image);
  attestAll(image);
  // Its other name keeps the layers. What is not there under this one is pulled, and gone afterwards.
  for (const name of [`${repository}:good`, image]) spawnSync("docker", ["image", "rm", name]); // the first may be both
  expect(isThere(image)).toBe(false);
  const { status, blocks, output } = checklist(image);
  expect(blocks, output).toEqual([]);
  expect(status).toBe(0);
  expect([isThere(image), isThere(good)]).toEqual([false, true]);

  // The same when it is interrupted while the image runs.
  const child = spawn(process.execPath, commandOf(image, conditions()), {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = once(child, "close");
  const lines: string[] = [];
  let wasThere = false;
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    if (lines.at(-2)?.includes("pulling ") !== true) continue;
    wasThere = isThere(image);
    child.kill("SIGINT");
  }
  await closed;
  const after = [isThere(image), isThere(good)];
  expect({ exitCode: child.exitCode, wasThere, after }, lines.join("\n")).toEqual({
    ...{ exitCode: 130, wasThere: true },
    after: [false, true],
  });

  // Signed by us, but in a repository that is not ours: nothing of it is started.
  const elsewhere = checklist(image, [`${repository}-ours`]);
  expect(elsewhere.output).toContain(`not pulled and not run: SUP-REPO-001 fail: ${repository} is not in trust.json`);
  expect(elsewhere.output).toContain("RUN-USER-001 unknown: not run, SUP-REPO-001 is no pass");
  expect(elsewhere.status).toBe(1);

  // The same image, one more scan beside the clean one: it has the bad news and counts.
  attestAll(image, { "https://cosign.sigstore.dev/attestation/vuln/v1": scan("High") });
  const { status: judged, report } = judge(image, ["--json"]);
  expect(judged).toBe(1);
  expect(report.results.filter(({ outcome }) => outcome.status !== "pass").map(({ id }) => id)).toEqual([
    "SUP-SCAN-002",
  ]);
});

proves("broken in the image: root, development, no health check, an .env; its signature is as good as any", () => {
  const folder = join(run.folder, "broken");
  mkdirSync(folder);
  const lines = [`FROM ${good}`, "ENV NODE_ENV=development", "USER 0:0", "HEALTHCHECK NONE", "COPY .env /app/.env"];
  writeFileSync(join(folder, "Dockerfile"), lines.join("\n"));
  writeFileSync(join(folder, ".env"), "TOKEN=secret\n");
  execFileSync("docker", ["build", "--quiet", "--tag", broken, folder], { stdio: "ignore" });
  const image = push(broken, "broken");
  sign(stack, image);
  attestAll(image, {
    "https://slsa.dev/provenance/v1": provenance([
      { ref: `evil/node:24@sha256:${"0".repeat(64)}`, digest: `sha256:${"0".repeat(64)}`, origin: "hub" },
    ]),
  });
  const { status, blocks, output } = checklist(image);
  expect(isThere(image)).toBe(true); // as before
  for (const point of ["approved base", "not root", "NODE_ENV=production", "health check", "no .env, no secrets"])
    expect(blocks, output).toContain(point);
  for (const point of ["signed", "scanned, nothing critical or high", "lock file with hashes"])
    expect(blocks).not.toContain(point);
  expect(status).toBe(1);
});

proves(
  "broken around it: what nobody signed is neither pulled nor run, and every point that was not seen blocks",
  () => {
    execFileSync("docker", ["build", "--quiet", "--tag", broken, "-"], {
      input: `FROM ${good}\nLABEL other=1`,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const image = push(broken, "unsigned");
    attestAll(image);
    const { status, blocks, output } = checklist(image);
    expect(output).toContain("not pulled and not run");
    expect(output).toContain("SUP-SIGN-001 fail");
    expect(blocks).toContain("signed");
    expect(blocks).not.toContain("scanned, nothing critical or high");
    expect(status).toBe(1);
  },
);

test("every base of the image that ships is an approved one", () => {
  const { bases } = JSON.parse(readFileSync(join(ROOT, "policies/bases.json"), "utf8")) as { bases: string[] };
  const used = basesOf(join(ROOT, "docker/4-signed.Dockerfile")).map(({ ref }) => ref.replace(/:[^:@/]+@.*$/, ""));
  expect(new Set(bases)).toEqual(new Set(used));
  expect(SIGN).toBe("https://sigstore.dev/cosign/sign/v1");
});

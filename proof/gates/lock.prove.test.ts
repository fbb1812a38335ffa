import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lock } from "pipeline/gates/lock";
import { runGate } from "pipeline/gates/runner";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { commitAll, git } from "../git.ts";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { startNpmRegistry, type Version } from "./npm-registry.ts";

// The lock gate on the repository, and on copies of it in which the lock file or the install policy was tampered with.
const run = new Run("lock-gate");
afterAll(() => run.close());

function commit<T extends { root: string }>(folder: T): T {
  commitAll(folder.root);
  return folder;
}
const committed = () => commit(new RepositoryCopy());

async function judge({ root }: { root: string }) {
  const [out, scripts] = [join(root, "out/pipeline"), join(ROOT, "pipeline/gates")];
  const shipment = { root, scripts, out, repository: "", trust: "", issuer: "", identity: "" };
  return (await runGate(run, lock, shipment))[0];
}

const LOCK = "pnpm-lock.yaml";
const POLICY = "pnpm-workspace.yaml";

test("an untouched lock file passes", async () => {
  using copy = committed();
  expect(await judge(copy)).toMatchObject({
    verdict: "pass",
    reason: expect.stringMatching(/^\d{3} packages/) as string,
  });
});

test("it installs through the store that set-up uses, and makes none among the files of the clone", () => {
  using copy = committed();
  const [folder, bin, asked] = ["lock", "bin", "asked"].map((name) => join(copy.root, "out", name)) as [
    string,
    string,
    string,
  ];
  for (const made of [folder, bin]) mkdirSync(made, { recursive: true });
  const pnpm = `#!/bin/sh\n[ "$*" != "store path" ] || echo /stores/of/set-up/v11\necho "$*" >> ${asked}\nmkdir -p ${folder}/node_modules\n`;
  writeFileSync(join(bin, "pnpm"), pnpm, { mode: 0o755 });
  const env = { ...process.env, FOLDER: folder, PATH: `${bin}:${process.env["PATH"]}` };
  const script = join(ROOT, "pipeline/gates/lock.sh");
  execFileSync("bash", ["-euo", "pipefail", script], { cwd: copy.root, env });
  expect(readFileSync(asked, "utf8")).toMatch(
    /^store path\n--dir \S+ install --frozen-lockfile --store-dir=\/stores\/of\/set-up /,
  );
});

test.each([
  ["a hash that is not the package's", LOCK, /^( {2}express@5.*:\n.*sha512-)..../m, "$1AAAA", /integrity/i],
  ["a version that the manifest does not ask for", POLICY, /^ {2}express: .*$/m, "  express: 5.2.0", /doesn't match/],
  [
    "releases younger than the policy allows",
    POLICY,
    /^minimumReleaseAge: .*$/m,
    "minimumReleaseAge: 5256000",
    /minimumReleaseAge/,
  ],
  [
    "an install script that nobody decided on",
    POLICY,
    /^ {2}protobufjs: .*\n/m,
    "",
    /Ignored build scripts: protobufjs/,
  ],
  [
    "a git dependency",
    LOCK,
    /^( {2}express@5.*:\n {4}resolution: )\{.*$/m,
    "$1{type: git, repo: x, commit: y}",
    /sha512 integrity alone/,
  ],
  [
    "a tarball of a foreign host, by the right hash",
    LOCK,
    /^( {2}express@5.*:\n {4}resolution: \{)/m,
    "$1tarball: https://registry.example/express.tgz, ",
    /registry\.example.*sha512 integrity alone/,
  ],
  ["a folder", LOCK, /^( {6}express:\n {8}specifier: .*\n {8}version: ).*$/m, "$1file:../express", /a folder$/],
])("%s is refused", async (_, file, piece, by, reason) => {
  using copy = committed();
  copy.replace(file, piece, by);
  expect(await judge(copy)).toMatchObject({ verdict: "fail", reason: expect.stringMatching(reason) as string });
});

test("a lock file rolled back to an older one is refused, though every hash in it is right", async () => {
  using copy = committed();
  // History: a newer version came, the older one went. The work tree has the older one.
  const now = /^ {2}cookie@(\S+):$/m;
  copy.replace(LOCK, now, "  cookie@9.9.9:");
  git(copy.root, "commit", "--quiet", "--all", "--message=update");
  copy.replace(LOCK, "  cookie@9.9.9:", "  cookie@0.7.2:");
  expect(await judge(copy)).toMatchObject({
    verdict: "fail",
    reason: expect.stringContaining("rolled back") as string,
  });
});

test("without its history nobody can tell, so a shallow clone is refused", async () => {
  using copy = committed();
  git(copy.root, "commit", "--quiet", "--allow-empty", "--message=second");
  using clone = new RepositoryCopy();
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${copy.root}`, join(clone.root, "clone")]);
  const reason = expect.stringContaining("expected a clone with all of it") as string;
  expect(await judge(Object.assign(Object.create(clone), { root: join(clone.root, "clone") }))).toMatchObject({
    verdict: "fail",
    reason,
  });
});

const [LONG_AGO, LATER, NOW] = [new Date("2026-01-01"), new Date("2026-02-01"), new Date()];

/** A repository with one dependency, `widget@1.0.1`, under this repository's install policy, changed or not. */
async function judgeWidget(versions: Record<string, Version>, change: (policy: string) => string = (policy) => policy) {
  const root = mkdtempSync(join(run.folder, "widget-"));
  await using registry = await startNpmRegistry(mkdtempSync(join(run.folder, "npm-")), "widget", versions);
  const policy = change(readFileSync(join(ROOT, POLICY), "utf8"));
  const stores = ["store", "cache"].map((name) => `${name}Dir: ${join(root, "out", name)}\n`).join("");
  const entry = { specifier: "1.0.1", version: "1.0.1" };
  const lockFile = {
    lockfileVersion: "9.0",
    settings: { autoInstallPeers: false, excludeLinksFromLockfile: false },
    importers: { ".": { dependencies: { widget: entry } } },
    packages: { "widget@1.0.1": { resolution: { integrity: registry.integrity["1.0.1"] } } },
    snapshots: { "widget@1.0.1": {} },
  };
  mkdirSync(join(root, "policies"));
  const manifest = { name: "app", version: "1.0.0", private: true, dependencies: { widget: "1.0.1" } };
  for (const [file, content] of Object.entries({
    "package.json": JSON.stringify(manifest),
    [LOCK]: JSON.stringify(lockFile), // JSON is YAML
    [POLICY]: `registry: ${registry.url}\n${stores}${policy.replace(/^catalog:[\s\S]*?\n(?=\w)/m, "")}`,
    "policies/lock.yaml": "returned: []\n",
    ".gitignore": "out/\n",
  }))
    writeFileSync(join(root, file), content);
  return await judge(commit({ root }));
}

/** Lifts one rule of the install policy; one that is not there would test nothing. */
const lifted =
  (rule: RegExp, by = "") =>
  (policy: string) => {
    expect(policy).toMatch(rule);
    return policy.replace(rule, by);
  };

test("a release without provenance after one that had it is refused; the policy lifted, it is not", async () => {
  const lost = { "1.0.0": { published: LONG_AGO, attested: true }, "1.0.1": { published: LATER } };
  const reason = expect.stringMatching(/trust downgrade/) as string;
  expect(await judgeWidget(lost)).toMatchObject({ verdict: "fail", reason });
  expect(await judgeWidget(lost, lifted(/^trustPolicy: .*\n/m))).toMatchObject({ verdict: "pass", evidence: [] });
  const kept = { ...lost, "1.0.1": { published: LATER, attested: true } };
  expect(await judgeWidget(kept)).toMatchObject({ verdict: "pass", evidence: [] });
});

test("a release of today is refused; the policy lifted, it is not", async () => {
  const young = { "1.0.1": { published: NOW } };
  const reason = expect.stringMatching(/minimumReleaseAge/) as string;
  expect(await judgeWidget(young)).toMatchObject({ verdict: "fail", reason });
  expect(await judgeWidget(young, lifted(/^minimumReleaseAge: .*/m, "minimumReleaseAge: 0"))).toMatchObject({
    verdict: "pass",
  });
  expect(await judgeWidget({ "1.0.1": { published: LONG_AGO } })).toMatchObject({ verdict: "pass" });
});

test("set-up meets a tampered hash before any gate: it refuses within seconds, and says what not to do", () => {
  using copy = committed();
  copy.replace(LOCK, /^( {2}express@5.*:\n.*sha512-)..../m, "$1AAAA");
  const began = performance.now();
  const { status, stderr, stdout } = spawnSync("make", ["toolchain"], { cwd: copy.root, encoding: "utf8" });
  expect(status, stdout).toBe(2);
  expect(stderr).toContain("ERR_PNPM_TARBALL_INTEGRITY");
  expect(stderr).toMatch(/^setup: refused: what pnpm-lock\.yaml names.*do not update the hash/m);
  expect(performance.now() - began).toBeLessThan(30_000);
});

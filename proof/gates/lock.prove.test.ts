import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { lock } from "pipeline/gates/lock";
import { runGate } from "pipeline/gates/runner";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { RepositoryCopy } from "../repository-copy.ts";

// The lock gate on the repository, and on copies of it in which the lock file or the install policy was tampered with.
const run = new Run("lock-gate");
afterAll(() => run.close());

const git = (copy: RepositoryCopy, ...args: string[]) => {
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...author, ...args], { cwd: copy.root, stdio: "ignore" });
};

function committed(): RepositoryCopy & Disposable {
  const copy = new RepositoryCopy();
  git(copy, "init", "--quiet");
  git(copy, "add", "--all");
  git(copy, "commit", "--quiet", "--message=all");
  return copy;
}

async function judge(copy: RepositoryCopy) {
  const out = join(copy.root, "out/pipeline");
  const scripts = join(copy.root, "pipeline/gates");
  const shipment = { root: copy.root, scripts, out, repository: "", trust: "", issuer: "", identity: "" };
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
  git(copy, "commit", "--quiet", "--all", "--message=update");
  copy.replace(LOCK, "  cookie@9.9.9:", "  cookie@0.7.2:");
  expect(await judge(copy)).toMatchObject({
    verdict: "fail",
    reason: expect.stringContaining("rolled back") as string,
  });
});

test("without its history nobody can tell, so a shallow clone is refused", async () => {
  using copy = committed();
  git(copy, "commit", "--quiet", "--allow-empty", "--message=second");
  using clone = new RepositoryCopy();
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${copy.root}`, join(clone.root, "clone")]);
  const reason = expect.stringContaining("expected a clone with all of it") as string;
  expect(await judge(Object.assign(Object.create(clone), { root: join(clone.root, "clone") }))).toMatchObject({
    verdict: "fail",
    reason,
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judgeLockFile } from "pipeline/gates/lock";
import { judgeScan, type Scan } from "pipeline/gates/scan";
import { ROOT } from "../../repository-copy.ts";
import { LockHistory } from "../lock-history.ts";
import type { FileRow } from "../row.ts";

const HASHED = "expected a sha512 integrity alone";
const DAY = 86_400_000;

/** What the gates refuse before there is an image: nothing is signed that they did not let pass. */
export const fileRows: FileRow[] = [
  inLockFile(
    "a package from git",
    HASHED,
    /^( {2}express@5.*:\n {4}resolution: )\{.*$/m,
    "$1{type: git, repo: x, commit: y}",
  ),
  inLockFile("a package without its hash", HASHED, /^( {2}express@5.*:\n {4}resolution: )\{.*$/m, "$1{}"),
  inLockFile(
    "a package from another address",
    HASHED,
    /^( {2}express@5.*:\n.*\{)/m,
    "$1tarball: https://evil.test/x.tgz, ",
  ),
  inLockFile("a package from a folder", ", a folder", /^( {6}express:\n.*\n {8}version: ).*$/m, "$1file:../express"),
  {
    attack: "a lock file rolled back to an older one",
    control: "what history replaced may not come back, unless policies/lock.yaml names it",
    places: ["lock gate"],
    judge: ({ folder }) => {
      const history = new LockHistory(join(folder, "rolled-back"));
      history.commit("cookie@0.7.1");
      history.commit("cookie@0.7.2");
      const good = history.findings();
      history.commit("cookie@0.7.1");
      return { good, refused: history.findings(), lifted: history.findings("cookie@0.7.1") };
    },
  },
  {
    attack: "a critical finding ignored until a day that has passed",
    control: "an ignore expires (lifted: judged the day before)",
    places: ["scan gate"],
    judge: () => {
      const today = Date.parse(new Date().toISOString().slice(0, 10));
      return {
        refused: judgedWithIgnore(today, today + 1),
        good: judgedWithIgnore(today + DAY, today + 1),
        lifted: judgedWithIgnore(today, today - 1),
      };
    },
  },
];

/** The repository's own lock file with one piece replaced. Lifted, the findings of that one rule do not count. */
function inLockFile(what: string, rule: string, piece: RegExp, by: string): FileRow {
  return {
    attack: `${what} in the lock file`,
    control: `the rule "${rule.replace(/^, /, "")}"`,
    places: ["lock gate"],
    judge: () => {
      const text = readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8");
      const tampered = text.replace(piece, by);
      if (tampered === text) throw new Error(`expected ${piece} in the lock file, found nothing to replace`);
      const refused = judgeLockFile(tampered);
      return { refused, good: judgeLockFile(text), lifted: refused.filter((finding) => !finding.endsWith(rule)) };
    },
  };
}

/** What the scan's policy says at a time of a critical finding that is ignored until a day. */
function judgedWithIgnore(expires: number, now: number): string[] {
  const at = new Date(now).toISOString();
  const scan: Scan = {
    matches: [
      { vulnerability: { id: "CVE-2026-1", severity: "Critical" }, artifact: { name: "libc6", version: "2.41" } },
    ],
    descriptor: {
      ...{ version: "0.0.0", timestamp: at },
      db: { status: { from: "live", built: at, valid: true }, providers: { debian: {} } },
    },
  };
  const day = new Date(expires).toISOString().slice(0, 10);
  const ignore = { vulnerability: "CVE-2026-1", package: "libc6", reason: "cannot be reached", expires: day };
  return judgeScan(scan, 100, [ignore], "", now).findings;
}

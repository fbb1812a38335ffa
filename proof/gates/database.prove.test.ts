import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { runGate } from "pipeline/gates/runner";
import { audit } from "pipeline/gates/scan";
import { Run } from "pipeline/started";
import { afterAll, afterEach, expect } from "vitest";
import { commitAll } from "../git.ts";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { advisories, fixtureDatabase } from "../scan-fixture/database.ts";
import { publishDatabase } from "../scan-fixture/publish.ts";
import { SIGSTORE_TOOLS } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";

// What the gates do with a database that is downloaded: one that says what it should, a stale one, another than the
// listed one, none. They know nothing of a fixture here.
const missing = await bringTools(["syft", "grype", "crane", "docker-registry", ...SIGSTORE_TOOLS]);
const { proves } = unless(missing);
const run = new Run("live-database");
const copy = new RepositoryCopy();
copy.install("", "pipeline");
commitAll(copy.root);
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  copy[Symbol.dispose]();
  run.close();
});

/** Nobody listens there, and there is no database yet. */
const unreachable = () => ({
  GRYPE_DB_UPDATE_URL: "http://127.0.0.1:9/latest.json",
  GRYPE_DB_CACHE_DIR: mkdtempSync(join(run.folder, "cache-")),
  GRYPE_CHECK_FOR_APP_UPDATE: "false",
});

/** A published database; `built`: it says of itself that it was built then. */
async function published(vulnerable: string[] = [], built?: string) {
  const folder = mkdtempSync(join(run.folder, "published-"));
  const fixture = await fixtureDatabase(run, join(folder, "built"), advisories(...vulnerable));
  if (built !== undefined) {
    using database = new DatabaseSync(join(folder, "built/6/vulnerability.db"));
    database.prepare("update db_metadata set build_timestamp = ?").run(built);
  }
  return await publishDatabase(fixture, folder);
}
const stale = () => published([], "2026-01-01 00:00:00+00:00");

async function judge(database: Record<string, string>) {
  process.env = { ...before, ...database };
  const [root, out] = [copy.root, join(copy.root, "out/pipeline")];
  const names = { repository: "", trust: "", issuer: "", identity: "" };
  return (await runGate(run, audit, { root, out, scripts: join(root, "pipeline/gates"), ...names }))[0];
}

async function command(cwd: string, database: Record<string, string>, ...args: string[]) {
  const env = { ...before, ...database, TRUST: undefined, REPOSITORY: undefined };
  const child = spawn("node", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = (await once(child, "close")) as [number | null];
  const [stdout, stderr] = await printed;
  return { status, stdout, stderr };
}
// In the copy: this clone runs one pipeline at a time, and another test may.
const pipeline = (database: Record<string, string>) =>
  command(copy.root, database, "pipeline/gates/main.ts", "--bases", join(ROOT, "out/bases.json"));
const around = (database: Record<string, string>) =>
  command(ROOT, database, "proof/gates/around.ts", "sh", "-c", 'echo "canary: $SCAN_CANARY"');
const workflow = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:9" };
const refused = (words: RegExp) => ({ verdict: "fail", reason: expect.stringMatching(words) as string });

proves("one that was downloaded is looked up, and named in the result", async () => {
  await using good = await published();
  const result = await judge(good.env);
  expect(result.verdict, result.reason).toBe("pass");
  expect(result.reason).toMatch(/database: http:\/\/127\.0\.0\.1:\d+\/vulnerability-db\.tar\.gz/);
  await using grave = await published(["express"]);
  expect(await judge(grave.env)).toMatchObject(refused(/^Critical: GHSA-fixt-ures-0000 in express/));
});

proves("a stale one, another archive than the listed one and none at all are refused", async () => {
  await using old = await stale();
  expect(await judge(old.env)).toMatchObject(refused(/database was built \d+ \w+ ago/));
  await using swapped = await published();
  appendFileSync(swapped.archive, "x");
  for (const env of [swapped.env, unreachable()])
    expect(await judge(env)).toMatchObject(refused(/failed to load vulnerability db: database does not exist/));
});

proves("make pipeline AROUND= says so at the start, and how to get one; with one it goes on", async () => {
  await using old = await stale();
  for (const env of [old.env, unreachable()]) {
    const { status, stdout, stderr } = await pipeline(env);
    expect(stderr).toMatch(
      /^pipeline: grype gets no vulnerability database .*: GRYPE_DB_UPDATE_URL names a mirror.*\n$/,
    );
    expect([status, stdout]).toEqual([3, ""]);
  }
  await using grave = await published(["express"]);
  const { status, stdout } = await pipeline(grave.env);
  expect(stdout).toMatch(/│ lock +│ pass [\s\S]*│ audit +│ fail .*Critical/);
  expect(status).toBe(1);
});

proves("where none is reached the fixture stands in and is named; where one is, it does not", async () => {
  const offline = await around(unreachable());
  expect(offline).toMatchObject({ status: 0, stdout: expect.stringMatching(/^canary: GHSA-/) as string });
  expect(offline.stderr).toContain("no vulnerability database can be reached: scanning with the fixture");
  await using good = await published();
  const online = await around(good.env);
  expect(online).toMatchObject({ status: 0, stdout: "canary: \n" });
  expect(online.stderr).not.toContain("fixture");
});

proves("a workflow that may sign keeps its own identity, and starts neither registry nor Sigstore", async () => {
  await using good = await published();
  const inside = await around({ ...good.env, ...workflow });
  expect(inside).toEqual({ status: 0, stdout: "canary: \n", stderr: "" });
  const outside = await around({ ...good.env, ...workflow, GITHUB_ACTIONS: "false" });
  expect(outside.stderr).toContain("the registry and the Sigstore of this run are removed: nothing was released");
});

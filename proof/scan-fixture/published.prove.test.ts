import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { knownIn, liveDatabase } from "ladder";
import { buildShipped } from "pipeline/build";
import { Run } from "pipeline/started";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { advisories, fixtureDatabase } from "./database.ts";
import { publishDatabase } from "./publish.ts";

// A database that is published, downloaded and imported: what the scanner does where the internet is. Its records are
// the fixture's, so its counts say nothing; that they are counted does.
const missing = await bringTools(["grype"]);
const { proves } = unless(missing);
const run = new Run("live-database");
const before = { ...process.env };
let fixture: Record<string, string> = {};
let published: Awaited<ReturnType<typeof publishDatabase>>;
beforeAll(async () => {
  if (missing !== undefined) return;
  fixture = await fixtureDatabase(run, join(run.folder, "fixture"), advisories("express"));
  published = await publishDatabase(fixture, join(run.folder, "published"));
});
afterEach(() => {
  process.env = { ...before };
});
afterAll(async () => {
  await published?.[Symbol.asyncDispose]();
  run.close();
});

proves("known vulnerabilities of an image are counted by a database that was downloaded", async () => {
  Object.assign(process.env, published.env);
  const { from } = await liveDatabase(run);
  expect(from).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/vulnerability-db\.tar\.gz\?checksum=sha256/);
  const { imageId } = await buildShipped(run, { bases: join(ROOT, "out/bases.json") });
  const { counts } = await knownIn(run, imageId);
  expect(counts.Critical).toBe(1);
});

proves("an archive that is not the listed one is refused, and nothing is measured", async () => {
  await using other = await publishDatabase(fixture, join(run.folder, "changed"));
  appendFileSync(other.archive, "x");
  Object.assign(process.env, other.env);
  await expect(liveDatabase(run)).rejects.toThrow(/^grype gets no vulnerability database .*checksum/i);
});

proves("a publisher that does not answer, and the fixture, measure nothing", async () => {
  Object.assign(process.env, { ...published.env, GRYPE_DB_UPDATE_URL: "http://127.0.0.1:9/latest.json" });
  process.env["GRYPE_DB_CACHE_DIR"] = join(run.folder, "nowhere");
  await expect(liveDatabase(run)).rejects.toThrow(
    /^grype gets no vulnerability database .*connection refused.*GRYPE_DB_UPDATE_URL names a mirror/,
  );
  Object.assign(process.env, fixture);
  await expect(liveDatabase(run)).rejects.toThrow("a fixture says nothing about vulnerabilities");
});

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../loopback.ts";

/**
 * Serves a database on loopback as its publisher does, a listing and an archive, so that the scanner takes the way it
 * takes where the internet is: it asks, downloads, checks the hash and imports.
 * @param database environment of a database that was built
 * @param folder the archive and the scanner's own copy land there
 * @returns the environment with which the scanner finds the listing; it is served until that is disposed
 */
export async function publishDatabase(
  database: Record<string, string>,
  folder: string,
): Promise<AsyncDisposable & { env: Record<string, string>; archive: string }> {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, "vulnerability-db.tar.gz");
  const from = join(database["GRYPE_DB_CACHE_DIR"] ?? "", "6");
  execFileSync("tar", ["--create", "--gzip", `--file=${archive}`, `--directory=${from}`, "vulnerability.db"]);
  const listing = {
    status: "active",
    schemaVersion: "v6.1.3",
    built: new Date().toISOString(),
    path: "vulnerability-db.tar.gz",
    checksum: `sha256:${createHash("sha256").update(readFileSync(archive)).digest("hex")}`,
  };
  const server = await serve(({ url = "" }, response) => {
    if (url === "/latest.json") response.end(JSON.stringify(listing));
    else if (url.startsWith("/vulnerability-db.tar.gz")) response.end(readFileSync(archive));
    else response.writeHead(404).end();
  });
  const env = {
    GRYPE_DB_UPDATE_URL: `http://${server.address}/latest.json`,
    GRYPE_DB_CACHE_DIR: join(folder, "cache"),
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
  };
  return { env, archive, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

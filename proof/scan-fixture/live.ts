import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";

/**
 * Serves a database on loopback as its publisher does, a listing and an archive, so that the scanner takes the way it
 * takes where the internet is: it asks, downloads, checks the hash and imports.
 * @param database environment of a database that was built
 * @param folder the archive and the scanner's own copy land there
 * @returns the environment with which the scanner finds the listing, and the server to close
 */
export async function publishDatabase(
  database: Record<string, string>,
  folder: string,
): Promise<{ env: Record<string, string>; archive: string; server: Server }> {
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
  const server = createServer(({ url = "" }, response) => {
    if (url === "/latest.json") response.end(JSON.stringify(listing));
    else if (url.startsWith("/vulnerability-db.tar.gz")) response.end(readFileSync(archive));
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("expected a TCP address");
  const env = {
    GRYPE_DB_UPDATE_URL: `http://127.0.0.1:${address.port}/latest.json`,
    GRYPE_DB_CACHE_DIR: join(folder, "cache"),
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
  };
  return { env, archive, server };
}

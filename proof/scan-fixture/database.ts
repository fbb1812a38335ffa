import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { ROOT } from "../repository-copy.ts";
import { build } from "../tools/build.ts";
import { cache } from "../tools/module.ts";

/** The record of this database that every SBOM of the project must show. */
export const CANARY = "GHSA-cana-rynp-m000";
const MODULE = join(ROOT, "proof/tools/grype");
const SOURCE = join(import.meta.dirname, "main.go");
export const ADVISORIES = join(import.meta.dirname, "advisories.json");

export type Advisory = { provider: string; identifier: string; item: unknown };

/** The committed records, and a critical one of an npm package for whoever wants to see the gate close. */
export function advisories(...vulnerable: string[]): Advisory[] {
  return [...committed(), ...vulnerable.map((name, index) => critical(name, `GHSA-fixt-ures-000${index}`))];
}

/** A critical record of an npm package. In no version fixed, unless one is named. */
export function critical(name: string, id: string, fixed?: string): Advisory {
  const canary = committed().find(({ provider }) => provider === "github");
  if (canary === undefined) throw new TypeError(`expected a canary for npm in ${ADVISORIES}`);
  const text = JSON.stringify(canary).replaceAll(CANARY, id).replaceAll(CANARY.toLowerCase(), id.toLowerCase());
  const named = text.replaceAll('"express"', JSON.stringify(name)).replace('"Low"', '"Critical"');
  return JSON.parse(fixed === undefined ? named : named.replaceAll("99.0.0", fixed)) as Advisory;
}

const committed = () => JSON.parse(readFileSync(ADVISORIES, "utf8")) as Advisory[];

/**
 * Builds a vulnerability database from records, through grype's own code. It is a fixture: it says whether the gates work,
 * nothing about vulnerabilities; its name in every report says so.
 * @param folder where it lands
 * @returns the environment with which grype reads it and nothing else
 */
export async function fixtureDatabase(
  run: Run,
  folder: string,
  records = advisories(),
): Promise<Record<string, string>> {
  const hash = createHash("sha256");
  for (const file of [SOURCE, join(MODULE, "go.mod"), join(MODULE, "go.sum")]) hash.update(readFileSync(file));
  const binary = join(cache(), `scan-fixture-${hash.digest("hex").slice(0, 16)}`, "scan-fixture");
  if (!existsSync(binary)) {
    const what = { folder: MODULE, package: SOURCE, ldflags: "", hash: "", binary };
    await build(run, what, (line) => process.stderr.write(`scan fixture: ${line}\n`));
  }
  const database = join(folder, "6"); // grype's schema version
  mkdirSync(database, { recursive: true });
  writeFileSync(join(folder, "records.json"), JSON.stringify(records));
  execFileSync(binary, [join(folder, "records.json"), database]);
  const about = join(database, "import.json");
  const import_ = JSON.parse(readFileSync(about, "utf8")) as Record<string, string>;
  writeFileSync(
    about,
    JSON.stringify({ ...import_, source: "fixture of proof/scan-fixture, no real vulnerability data" }),
  );
  return {
    GRYPE_DB_CACHE_DIR: folder,
    GRYPE_DB_AUTO_UPDATE: "false",
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
    SCAN_CANARY: CANARY,
  };
}

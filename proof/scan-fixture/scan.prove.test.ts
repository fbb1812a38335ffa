import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GateResult } from "pipeline/gates/gate";
import { runGate } from "pipeline/gates/runner";
import { audit } from "pipeline/gates/scan";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect } from "vitest";
import { RepositoryCopy } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { type Advisory, advisories, CANARY, fixtureDatabase } from "./database.ts";

// The scanner itself on the fixture database: what the gates need of it, and that each way of not scanning is a failure.
const missing = await bringTools(["grype"]);
const { proves } = unless(missing);
const run = new Run("scan-fixture");
const copy = new RepositoryCopy();
const before = { ...process.env };
let clean: Record<string, string> = {};
beforeAll(async () => {
  if (missing === undefined) clean = await fixtureDatabase(run, join(run.folder, "clean"));
});
afterAll(() => {
  process.env = before;
  copy[Symbol.dispose]();
  run.close();
});

async function judge(env: Record<string, string>): Promise<GateResult> {
  process.env = { ...before, ...env };
  const [root, out] = [copy.root, join(copy.root, "out/pipeline")];
  const shipment = {
    root,
    scripts: join(root, "pipeline/gates"),
    out,
    repository: "",
    trust: "",
    issuer: "",
    identity: "",
  };
  return (await runGate(run, audit, shipment))[0];
}
const database = async (name: string, records: Advisory[]) => fixtureDatabase(run, join(run.folder, name), records);

proves("the lock file passes on the fixture, which says in the result that it is one", async () => {
  const result = await judge(clean);
  expect(result).toMatchObject({ verdict: "pass" });
  expect(result.reason).toContain("database: fixture of proof/scan-fixture, no real vulnerability data");
});

proves("a critical finding is refused, accepted with a reason until its day, and refused again", async () => {
  const vulnerable = await database("vulnerable", advisories("express"));
  expect(await judge(vulnerable)).toMatchObject({
    verdict: "fail",
    reason: expect.stringMatching(/^Critical: GHSA-fixt-ures-0000 in express/) as string,
  });
  const ignore = (expires: string) => {
    const rule = { vulnerability: "GHSA-fixt-ures-0000", package: "express", reason: "only in this test", expires };
    copy.write("policies/vulnerabilities.yaml", JSON.stringify({ ignore: [rule] }));
  };
  ignore("2999-01-01");
  expect(await judge(vulnerable)).toMatchObject({ verdict: "pass" });
  ignore("2020-01-01");
  expect((await judge(vulnerable)).reason).toContain("expired on 2020-01-01");
  copy.write("policies/vulnerabilities.yaml", "ignore: []\n");
});

proves("OpenVEX that says not affected counts, of that package only", async () => {
  const vulnerable = await database("vex", advisories("express", "qs"));
  const lock = readFileSync(join(copy.root, "pnpm-lock.yaml"), "utf8");
  const version = /^ {2}express@(\S+):$/m.exec(lock)?.[1] ?? "";
  const vex = JSON.parse(readFileSync(join(copy.root, "policies/openvex.json"), "utf8")) as { statements: object[] };
  vex.statements.push({
    vulnerability: { name: "GHSA-fixt-ures-0000" },
    products: [{ "@id": `pkg:npm/express@${version}` }],
    status: "not_affected",
    justification: "vulnerable_code_not_in_execute_path",
  });
  const committed = readFileSync(join(copy.root, "policies/openvex.json"), "utf8");
  copy.write("policies/openvex.json", JSON.stringify(vex));
  const result = await judge(vulnerable);
  copy.write("policies/openvex.json", committed);
  expect(result).toMatchObject({
    verdict: "fail",
    reason: expect.stringMatching(/^Critical: GHSA-fixt-ures-0001 in qs/) as string,
  });
  expect(result.evidence).toHaveLength(1);
});

proves("a database that finds nothing, not even its canary, is refused", async () => {
  const mute = await database(
    "mute",
    advisories().filter(({ provider }) => provider !== "github"),
  );
  expect((await judge(mute)).reason).toContain(`canary ${CANARY} was not found`);
});

proves("no database and a broken one are failures, not clean scans", async () => {
  expect(await judge({ ...clean, GRYPE_DB_CACHE_DIR: join(run.folder, "none") })).toMatchObject({ verdict: "fail" });
  const broken = join(run.folder, "broken");
  cpSync(clean["GRYPE_DB_CACHE_DIR"] ?? "", broken, { recursive: true });
  writeFileSync(join(broken, "6/vulnerability.db"), "no database");
  expect(await judge({ ...clean, GRYPE_DB_CACHE_DIR: broken })).toMatchObject({ verdict: "fail" });
});

proves("npm packages, Debian packages and Node itself are all looked up", () => {
  const component = (type: string, name: string, version: string, purl: string, cpe?: string) => ({
    type,
    name,
    version,
    purl,
    ...(cpe ? { cpe } : {}),
  });
  const components = [
    component("library", "express", "5.0.0", "pkg:npm/express@5.0.0"),
    component("library", "libc6", "2.41", "pkg:deb/debian/libc6@2.41?arch=amd64&distro=debian-13&upstream=glibc"),
    component(
      "application",
      "node",
      "24.0.0",
      "pkg:generic/node@24.0.0",
      "cpe:2.3:a:nodejs:node.js:24.0.0:*:*:*:*:*:*:*",
    ),
  ];
  const folder = join(run.folder, "kinds");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "sbom.json"),
    JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components }),
  );
  const printed = execFileSync("grype", [`sbom:${folder}/sbom.json`, "--output=json", "--quiet"], {
    env: { ...before, ...clean },
    encoding: "utf8",
  });
  const { matches } = JSON.parse(printed) as { matches: { artifact: { name: string } }[] };
  expect(new Set(matches.map(({ artifact }) => artifact.name))).toEqual(new Set(["express", "libc6", "node"]));
});

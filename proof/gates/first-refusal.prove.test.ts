import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, expect } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { advisories, fixtureDatabase } from "../scan-fixture/database.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";

// A finding that appears overnight in what did not change: the first gate that sees it ends the pipeline.
const missing = await bringTools(["syft", "grype", "crane", "cosign"]);
const { proves } = unless(missing);
const run = new Run("first-refusal-test");
afterAll(() => run.close());

async function pipeline(...vulnerable: string[]) {
  const database = await fixtureDatabase(run, join(run.folder, `with-${vulnerable}`), advisories(...vulnerable));
  // No registry answers under this name: a gate that needs one would say so.
  const env = { ...process.env, ...database, REPOSITORY: "127.0.0.1:9/hardened-node-api" };
  const args = ["pipeline/gates/main.ts", "--bases", "out/bases.json"];
  return spawnSync("node", args, { cwd: ROOT, env, encoding: "utf8" });
}
const rows = (stdout: string) => [...stdout.matchAll(/^│ (\w+) +│ (pass|fail|skipped) /gm)].map(([, ...row]) => row);

proves("a critical finding stops the pipeline where it is seen, before anything is built", async () => {
  const { status, stdout, stderr } = await pipeline("express");
  expect(rows(stdout)).toEqual([
    ["lock", "pass"],
    ["audit", "fail"],
  ]);
  expect(stdout).toContain("Critical: GHSA-fixt-ures-0000 in express");
  expect(stderr).not.toContain("sbom");
  expect(status).toBe(1);
});

proves("without the finding it goes on, as far as there is a registry", async () => {
  const { status, stdout } = await pipeline();
  expect(rows(stdout).map(([gate]) => gate)).toEqual(["lock", "audit", "sbom", "scan", "image", "push"]);
  expect(rows(stdout).at(-1)).toEqual(["push", "fail"]);
  expect(status).toBe(1);
});

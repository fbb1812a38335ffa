import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTrust } from "pipeline/gates/trust";
import { expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { readWorkflows, scriptsOf } from "./workflow.ts";

// The name that the release pushes to: a step of each job that needs one reads it out of policies/trust.json.
const scripts = readWorkflows(ROOT).flatMap(scriptsOf);
const setting = scripts.filter(({ run }) => /REPOSITORY=.*GITHUB_ENV/.test(run));
const withoutJq = spawnSync("jq", ["--version"]).error !== undefined;

test("every script that needs the repository has it from such a step", () => {
  const using = scripts.filter(({ run }) => run.includes("$REPOSITORY"));
  expect(using.length).toBeGreaterThan(0);
  for (const { where, env } of using) expect(env["REPOSITORY"], where).toBe("$GITHUB_ENV");
  expect(setting).toHaveLength(using.length);
});

test.skipIf(withoutJq)(
  "the step writes what trust.json accepts, whatever the repository on GitHub is called (needs jq)",
  () => {
    using copy = new RepositoryCopy();
    const GITHUB_ENV = join(copy.root, "github-env");
    const set = () => {
      copy.write("github-env", "");
      for (const { run } of setting) {
        const env = { ...process.env, GITHUB_ENV, GITHUB_REPOSITORY: "Acme/Hardened-Node-API" };
        expect(spawnSync("bash", ["-e", "-c", run], { cwd: copy.root, env }).status).toBe(0);
      }
      return new Set(readFileSync(GITHUB_ENV, "utf8").trimEnd().split("\n"));
    };
    const [repository = ""] = readTrust(join(ROOT, "policies/trust.json")).repositories;
    expect(set()).toEqual(new Set([`REPOSITORY=${repository}`]));
    copy.replace("policies/trust.json", repository, "registry.example/other/app");
    expect(set()).toEqual(new Set(["REPOSITORY=registry.example/other/app"]));
  },
);

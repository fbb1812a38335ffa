import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RepositoryCopy } from "../repository-copy.ts";

test.each(["REPOSITORY", "TRUST"])("a %s that it would replace is refused before anything is looked for", (name) => {
  // As in a shell that read out/sigstore/env: that alone makes no workflow of it.
  const env = { ...process.env, GITHUB_ACTIONS: undefined, ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:9" };
  const { status, stderr } = spawnSync("node", [join(import.meta.dirname, "around.ts"), "true"], {
    env: { ...env, [name]: "anything" },
    encoding: "utf8",
  });
  expect(stderr).toMatch(new RegExp(`^around: ${name} would be replaced .* AROUND= too .*\n$`));
  expect(status).toBe(2);
});

test.each([
  ["around", "proof/gates/around.ts"],
  ["attack-supply-chain", "proof/attack-matrix/main.ts"],
])("a wrong value in policies/trust.json is said of that file by %s, before anything is looked for", (name, file) => {
  using copy = new RepositoryCopy();
  copy.install("", "pipeline", "proof");
  copy.replace("policies/trust.json", /"maxScanAgeHours": \d+/, '"maxScanAgeHours": -1');
  const env = { ...process.env, GITHUB_ACTIONS: undefined };
  const { status, stderr } = spawnSync("node", [join(copy.root, file), "true"], { env, encoding: "utf8" });
  expect(stderr).toMatch(`${name}: ${join(copy.root, "policies/trust.json")}: maxScanAgeHours: `);
  expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
});

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { unless } from "../unless.ts";

// What guards a cluster and cannot run on this machine, counted as skipped by name.
const falco = spawnSync("falco", ["--version"]).status === 0 ? undefined : "no Falco here";
const { proves } = unless(falco);

proves("Falco loads policies/falco.yaml", () => {
  execFileSync("falco", ["--validate", join(ROOT, "policies/falco.yaml")]);
});

// Its releases that read bundles are not among the Go modules that can be built here; release.yml builds and runs it.
test.skip("Policy Controller's tester judges the released image: it runs in the release workflow", () => undefined);

// The API server of the admission proofs has no node: nothing is scheduled, pulled or isolated.
test.skip("a node enforces NetworkPolicy, AppArmor and user namespaces: there is an API server here and no node", () =>
  undefined);

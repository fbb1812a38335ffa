import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, expect } from "vitest";
import { abandonedRuns } from "../abandoned.ts";
import { runScript } from "../docs/shell.ts";
import { ROOT } from "../repository-copy.ts";
import { SIGSTORE_TOOLS } from "../sigstore/stack.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { AUDIT_TOOL } from "./audit-tool.ts";
import { contentsOf, type Documents, faultsOf, unpack } from "./image-contents.ts";

// make pipeline, as somebody types it on a machine that has no registry and no Sigstore.
const missing = await bringTools(["syft", "grype", "crane", "docker-registry", ...SIGSTORE_TOOLS]);
const { proves } = unless(missing);
const around = [join(ROOT, "proof/gates/around.ts"), "node", "pipeline/gates/main.ts", "--bases", "out/bases.json"];
const run = new Run("pipeline-test");
afterAll(() => run.close());
const GATES = ["lock", "audit", "sbom", "scan", "image", "push", "sign", "attest", "verify"];

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, "out", file), "utf8")) as Record<string, unknown>;
const result = (gate: string) => read(`pipeline/${gate}.json`);

proves("every gate passes, says so in its file, and nothing is left running", async () => {
  const before = abandonedRuns();
  const { status, output } = await runScript(run, "make pipeline");
  expect(status, output).toBe(0);
  for (const gate of GATES) {
    expect(output).toMatch(new RegExp(`^│ ${gate} +│ pass `, "m"));
    expect(result(gate)).toMatchObject({ schemaVersion: 1, gate, verdict: "pass", evidence: [] });
  }
  expect(result("verify")["subject"]).toMatch(/^127\.0\.0\.1:\d+\/hardened-node-api@sha256:[0-9a-f]{64}$/);
  expect(result("attest")["reason"]).toMatch(/^5 attestations, 6 statements in the registry; audit report among them/);
  expect(output).toContain(`passed: ${String(result("verify")["subject"])}; the results are in `);
  expect(output).toContain("around: the registry and the Sigstore of this run are removed: nothing was released");
  expect(abandonedRuns()).toEqual(before);
});

proves("the SBOMs name all that is in the image and nothing else; whatever is taken out of them is missed", () => {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  unpack(String(read("stage-4.build.json")["imageId"]), folder);
  const contents = contentsOf(folder);
  const cycloneDx = read("pipeline/sbom/sbom.cdx.json") as Documents["cycloneDx"];
  const spdx = read("pipeline/sbom/sbom.spdx.json") as Documents["spdx"];
  expect(faultsOf({ cycloneDx, spdx }, contents)).toEqual([]);
  const kinds = ["deb/debian/libc6@", "deb/debian/dumb-init@", "generic/node@", "npm/express@", "npm/api@"];
  for (const kind of kinds) {
    expect(contents.packages.filter((one) => one.startsWith(kind))).toHaveLength(1);
    const name = kind.replace(/^.*\/|@$/g, "");
    const components = cycloneDx.components.filter(({ purl }) => !purl?.startsWith(`pkg:${kind}`));
    const packages = spdx.packages.filter((one) => one.name !== name);
    const missed = faultsOf({ cycloneDx: { components }, spdx: { packages } }, contents);
    expect(missed.map((fault) => fault.replace(/@.*$/, "@"))).toEqual([
      `CycloneDX does not name ${kind}`,
      `SPDX does not name ${kind}`,
    ]);
  }
  const invented = { components: [...cycloneDx.components, { purl: "pkg:npm/left-pad@1.0.0" }] };
  expect(faultsOf({ cycloneDx: invented, spdx }, contents)).toEqual(["CycloneDX names npm/left-pad@1.0.0: not there"]);
  expect(contents.native.length).toBeGreaterThan(20);
  // A program that no package brought, and a library with other bytes than its package's.
  const node = readFileSync(join(folder, "usr/bin/dumb-init"));
  writeFileSync(join(folder, "app/helper.node"), node);
  writeFileSync(join(folder, "usr/lib/x86_64-linux-gnu/libz.so.1.3.1"), node);
  const strange = faultsOf({ cycloneDx, spdx }, contentsOf(folder)).toSorted((a, b) => a.localeCompare(b));
  expect(strange).toEqual([
    expect.stringMatching("app/helper.node is of no"),
    expect.stringMatching("libz.so.1.3.1 is"),
  ]);
  rmSync(folder, { recursive: true });
});

proves("production refuses what this machine built, and what did not change is not judged again", () => {
  const strict = { ...process.env, ...AUDIT_TOOL, STRICT_ORIGINS: "1" };
  const { status, stdout } = spawnSync("node", around, { cwd: ROOT, env: strict, encoding: "utf8" });
  expect(status, stdout).toBe(1);
  expect(stdout).toMatch(/│ lock +│ pass +│ stored +│ .*\n?.*nothing changed since/);
  const reason = expect.stringContaining("provenance: a base is from local") as string;
  expect(result("verify")).toMatchObject({ verdict: "fail", reason });
});

proves("Ctrl-C removes registry, Sigstore and all", async () => {
  const before = abandonedRuns();
  const child = spawn("node", around, { cwd: ROOT, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  for await (const chunk of child.stderr) if (String(chunk).includes("lock …")) break;
  process.kill(-(child.pid ?? 0), "SIGINT");
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(130);
  await expect.poll(() => abandonedRuns()).toEqual(before);
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { trust } from "../test/supply.ts";

const main = fileURLToPath(new URL("./registry-main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "registry-main-"));
const trustFile = join(folder, "trust.json");
const broken = join(folder, "broken.json");
const root = join(folder, "root.json");
writeFileSync(trustFile, JSON.stringify(trust));
writeFileSync(broken, JSON.stringify({ ...trust, identities: ["*"] }));
writeFileSync(root, "{}");
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

test("an engine's image, and no trust: every check is unknown, and that is a finding", () => {
  for (const [args, reason] of [
    [["app:1", "--trust", trustFile, "--trusted-root", root], "names no registry"],
    [["127.0.0.1:1/app:1"], "no trust was given"],
  ] as const) {
    const { status, stdout } = run(...args);
    expect(stdout).toContain(reason);
    expect(stdout).toContain("11 checks: 11 unknown");
    expect(status).toBe(1);
  }
});

test("the checklist of an image that was not observed blocks on all twelve points and starts nothing", () => {
  const { status, stdout, stderr } = run("app:1", "--checklist");
  expect(stdout).toContain("12 points: 12 block");
  expect(stderr).toContain("not pulled and not run");
  expect(status).toBe(1);
});

test.each([
  [[], "expected one reference"],
  [["a", "b"], "expected one reference"],
  [["a", "--gone"], "see image-audit-registry --help"],
  [["127.0.0.1:1/app", "--trust", trustFile, "--trusted-root", root], "expected"],
  [["127.0.0.1:1/app:1", "--trust", broken, "--trusted-root", root], "broken.json"],
  [["127.0.0.1:1/app:1", "--trust", trustFile, "--trusted-root", root], "expected a Sigstore trusted root"],
])("a mistake is one line and exit 2: %j", (args, message) => {
  const { status, stderr } = run(...args);
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(status).toBe(2);
});

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { coreSize } from "./core-size.ts";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";

// The first law: what a cloning team keeps works alone and stays small.
const IMAGE = "hardened-node-api:first-law";
const copy = new RepositoryCopy();
copy.delete("course", "proof", ".ci", "packages", "docs/errata.md", "docs/scorecard.svg", "docs/variants.md");
copy.delete("docker/1-naive.Dockerfile", "docker/2-multi-stage.Dockerfile", "docker/3-non-root.Dockerfile");
copy.delete("docker/variants");
for (const stage of ["1-naive", "2-multi-stage", "3-non-root"]) copy.delete(`docker/${stage}.Dockerfile.dockerignore`);
execFileSync("git", ["init", "--quiet"], { cwd: copy.root });

afterAll(() => {
  copy[Symbol.dispose]();
  spawnSync("docker", ["image", "rm", "--force", IMAGE]);
});

function make(...args: string[]): { status: number | null; output: string } {
  // The Node and pnpm of this checkout, as a machine has them that somebody set up for Node 24.
  const path = `${join(ROOT, "toolchain/bin")}:${process.env["PATH"]}`;
  const env = { ...process.env, PATH: path, VITEST: undefined, NODE_ENV: undefined };
  const { status, stdout, stderr } = spawnSync("make", args, { cwd: copy.root, env, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

test("make check passes without course, proof and tool", { timeout: 600_000 }, () => {
  const { status, output } = make("check");
  expect(output).toMatch(/^\d+ passed, 0 failed, \d+ skipped$/m);
  expect(status, output).toBe(0);
});

test("make image builds what ships, with the bases handed over where no registry is", () => {
  const { status, output } = make("image", `BASES_FILE=${join(ROOT, "out/bases.json")}`, `IMAGE=${IMAGE}`);
  expect(status, output).toBe(0);
  expect(output).toMatch(new RegExp(`^${IMAGE} sha256:[0-9a-f]{64}$`, "m"));
});

test("the menu shows core targets only", () => {
  const { output } = make();
  expect(output).toContain("make image");
  expect(output).not.toMatch(/stage-1|prove/);
});

test("what is left is small: at most 120 files and 2,500 lines of code", () => {
  const listed = execFileSync("git", ["ls-files", "--others", "--exclude-standard"], {
    cwd: copy.root,
    encoding: "utf8",
  });
  const { raw, files, lines } = coreSize(copy.root, listed.trim().split("\n"));
  process.stdout.write(
    `core: ${files} files without tests, lock and YAML, ${lines} lines of code; raw: ${raw.files} files, ${raw.lines} lines\n`,
  );
  expect(files).toBeLessThanOrEqual(120);
  expect(lines).toBeLessThanOrEqual(2500);
  expect(lines).toBeGreaterThan(500);
});

test("core imports neither course nor proof nor tool", () => {
  const sources = execFileSync("git", ["ls-files", "--others", "--exclude-standard", "*.ts"], {
    cwd: copy.root,
    encoding: "utf8",
  });
  for (const file of sources.split("\n").filter((name) => name !== "")) {
    const text = readFileSync(join(copy.root, file), "utf8");
    expect(text, file).not.toMatch(/from "(?:image-audit|ladder|[^"]*\/(?:proof|course|packages)\/[^"]*)"/);
  }
});

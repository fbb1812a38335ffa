import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

function files(...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  const listed = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return listed.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

// By project files of their own: biome.json, .hadolint.yaml, .github/zizmor.yml.
const linters: [name: string, command: string, ...args: string[]][] = [
  ["types", "node_modules/.bin/tsc", "-p", "."],
  ["biome", "node_modules/.bin/biome", "ci", "--colors=off", "--error-on-warnings", "."],
  ["hadolint", "toolchain/lint/.venv/bin/hadolint", ...files("*.Dockerfile", "*/Dockerfile")],
  ["shellcheck", "toolchain/lint/.venv/bin/shellcheck", ...files("*.sh", ".ci/run")],
  [
    "zizmor",
    "toolchain/lint/.venv/bin/zizmor",
    ...["--offline", "--persona=pedantic", "--strict-collection", "--quiet", ".github"],
  ],
];

for (const [name, command, ...args] of linters) {
  const title = existsSync(join(ROOT, command)) ? name : `${name}: not installed on this machine (make setup says why)`;
  test.skipIf(title !== name)(title, async () => {
    const options = { cwd: ROOT, maxBuffer: 2 ** 26 };
    const said = await promisify(execFile)(join(ROOT, command), args, options).then(
      () => "",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}` || "failed without a word",
    );
    expect(said, said).toBe("");
  });
}

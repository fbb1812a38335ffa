import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { RepositoryCopy, ROOT } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { readWorkflows } from "./workflow.ts";

const zizmor = join(ROOT, "toolchain/lint/.venv/bin/zizmor");
const copy = new RepositoryCopy();
afterAll(() => copy[Symbol.dispose]());
const CI = ".github/workflows/ci.yml";

function findings(root: string): { status: number | null; output: string } {
  const args = ["--offline", "--persona=pedantic", "--strict-collection", "--quiet", "--format=plain", ".github"];
  const { status, stdout, stderr } = spawnSync(zizmor, args, { cwd: root, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

const ofActionlint = unless(await bringTools(["actionlint"]));
const ofZizmor = unless(existsSync(zizmor) ? undefined : "zizmor is not installed: make setup");

const shellcheck = join(ROOT, "toolchain/lint/.venv/bin/shellcheck"); // the pinned one, not the machine's

function lint(root: string): { status: number | null; output: string } {
  const files = readWorkflows(root).map(({ file }) => file);
  const { status, stdout, stderr } = spawnSync(
    "actionlint",
    [`-shellcheck=${existsSync(shellcheck) ? shellcheck : ""}`, "-pyflakes=", ...files],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return { status, output: `${stdout}${stderr}` };
}

ofActionlint.proves("actionlint says nothing", () => {
  expect(lint(ROOT)).toEqual({ status: 0, output: "" });
});

ofActionlint.maybe.each([
  ["a job that is not there", "  test:\n", "  test:\n    needs: gone\n", "needs job"],
  ["an unknown key", "timeout-minutes: 15", "timeout-minute: 15", "unexpected key"],
  ["a variable without quotes", "run: make check", "run: rm -r $HOME/$GITHUB_SHA", "SC2086"],
  ["an unknown runner", "ubuntu-24.04", "ubuntu-99.04", "is unknown"],
])(ofActionlint.named("actionlint sees %s"), (_, piece, by, message) => {
  const before = readFileSync(join(copy.root, CI), "utf8");
  copy.replace(CI, piece, by);
  const { status, output } = lint(copy.root);
  copy.write(CI, before);
  expect(output).toContain(message);
  expect(status).toBe(1);
});

ofZizmor.proves("zizmor says nothing, pedantic and offline", () => {
  expect(findings(ROOT)).toMatchObject({ status: 0 });
});

ofZizmor.maybe.each([
  ["an action by tag", /@[0-9a-f]{40} # v7\.0\.1/, "@v7", "unpinned-uses"],
  ["the right to write everything", "permissions: {}", "permissions: write-all", "excessive-permissions"],
  [
    "a title of a pull request in a script",
    "run: make check",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's, as an attacker would like it
    "run: echo ${{ github.event.pull_request.title }}",
    "template-injection",
  ],
  ["a token left in .git/config", "with: { persist-credentials: false }", "with: {}", "artipacked"],
])(ofZizmor.named("zizmor sees %s"), (_, piece, by, audit) => {
  const before = readFileSync(join(copy.root, CI), "utf8");
  copy.replace(CI, piece, by);
  const { status, output } = findings(copy.root);
  copy.write(CI, before);
  expect(output).toContain(audit);
  expect(status).toBeGreaterThan(10); // 11 to 14 by severity; anything else is trouble of the tool
});

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";

// The three tiers: check (no engine), test (check + engine), prove. Each prints its steps and ends with the count.
const ROOT = join(import.meta.dirname, "..");
const LINT = join(ROOT, "toolchain/lint/.venv/bin");

type Count = { passed: number; failed: number; skipped: number };
type Step = { name: string; run: () => Count };

const none: Count = { passed: 0, failed: 0, skipped: 0 };
const check = [
  tool("types", "node_modules/.bin/tsc", "-p", "."),
  tool("biome", "node_modules/.bin/biome", "ci", "--colors=off", "--error-on-warnings", "."),
  tool("hadolint", join(LINT, "hadolint"), ...files("*.Dockerfile", "*/Dockerfile")),
  tool("shellcheck", join(LINT, "shellcheck"), ...files("*.sh", ".ci/run")),
  tool("zizmor", join(LINT, "zizmor"), "--offline", "--persona=pedantic", "--strict-collection", "--quiet", ".github"),
  vitest("unit"),
];
const tiers: Record<string, Step[]> = {
  check,
  test: [...check, vitest("engine")],
  // One file at a time: these tests remove what is left of interrupted runs, others included.
  prove: [vitest("prove", "--no-file-parallelism")],
};

function files(...patterns: string[]): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns];
  const { stdout } = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  return stdout.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

function passes(command: string, args: string[]): boolean {
  return spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

/** One command: passed or failed by its exit code, skipped by name when it is not here. */
function tool(name: string, command: string, ...args: string[]): Step {
  const run = () => {
    if (existsSync(isAbsolute(command) ? command : join(ROOT, command))) {
      const passed = passes(command, args);
      if (!passed) failures.push(name);
      return { ...none, [passed ? "passed" : "failed"]: 1 };
    }
    process.stdout.write(`skipped ${name}: not installed on this machine (make doctor says how)\n`);
    return { ...none, skipped: 1 };
  };
  return { name, run };
}

type VitestResult = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: TestResult[] }[];
};
type TestResult = { status: string; fullName: string; failureMessages: string[] };

/** One line each, printed again at the very end: of a long log often only the end is kept. */
const failures: string[] = [];

/** One vitest project, counted by test. A file that does not load, or a run that dies, counts as one failure. */
function vitest(project: string, ...options: string[]): Step {
  const run = () => {
    const report = join(ROOT, `out/tests/${project}.json`);
    mkdirSync(join(ROOT, "out/tests"), { recursive: true });
    rmSync(report, { force: true });
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const colour = process.stdout.isTTY ? [] : ["--no-color"];
    const args = ["run", `--project=${project}`, ...colour, ...options, ...reporters];
    const passed = passes("node_modules/.bin/vitest", args);
    if (!existsSync(report)) return { ...none, failed: 1 };
    const result = JSON.parse(readFileSync(report, "utf8")) as VitestResult;
    for (const test of result.testResults.flatMap((file) => file.assertionResults)) {
      if (["skipped", "pending", "todo"].includes(test.status)) process.stdout.write(`skipped ${test.fullName}\n`);
      if (test.status === "failed") failures.push(`${test.fullName}: ${test.failureMessages[0]?.split("\n")[0]}`);
    }
    const notLoaded = result.testResults.filter((file) => file.status === "failed" && !file.assertionResults.length);
    failures.push(...notLoaded.map((file) => `${file.name}: ${file.message.split("\n")[0]}`));
    return {
      passed: result.numPassedTests,
      failed: Math.max(result.numFailedTests + notLoaded.length, passed ? 0 : 1),
      skipped: result.numPendingTests + result.numTodoTests,
    };
  };
  return { name: `tests: ${project}`, run };
}

function sum(counts: Count[]): Count {
  const of = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

function close(title: string, { passed, failed, skipped }: Count): void {
  for (const failure of failures) process.stdout.write(`\nfailed ${failure}`);
  process.stdout.write(`\n${title}${passed} passed, ${failed} failed, ${skipped} skipped\n`);
}

const asked = process.argv.slice(2);
if (asked.length === 0 || asked.some((name) => tiers[name] === undefined)) {
  const known = Object.keys(tiers).join(", ");
  process.stderr.write(`tier: expected one or more of ${known}; got "${asked.join(" ")}"\n`);
  process.exit(2);
}
const counts = asked.map((tier) => {
  const steps = (tiers[tier] ?? []).map(({ name, run }) => {
    process.stdout.write(`\n== ${name}\n`);
    return run();
  });
  const count = sum(steps);
  if (count.passed === 0) count.failed = Math.max(1, count.failed); // a tier that tested nothing has not passed
  close("", count);
  return count;
});
const total = sum(counts);
if (counts.length > 1) close(`== ${asked.join(" and ")} together\n`, total);
process.exitCode = total.failed > 0 ? 1 : 0;

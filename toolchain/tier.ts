import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

// The three tiers: check (no engine), test (check + engine), prove. Each prints its steps and ends with the count.
const ROOT = join(import.meta.dirname, "..");
const LINT = join(ROOT, "toolchain/lint/.venv/bin");

type Count = { passed: number; failed: number; skipped: number };
type Step = { name: string; run: () => Count };

const TIERS: Record<string, () => Step[]> = {
  check: () => [...linters(), vitest("unit")],
  test: () => [...linters(), vitest("unit"), vitest("engine")],
  // One file at a time: these tests remove what is left of interrupted runs, others included.
  prove: () => [vitest("prove", "--no-file-parallelism")],
};

function linters(): Step[] {
  const files = (...patterns: string[]) =>
    spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
      cwd: ROOT,
      encoding: "utf8",
    })
      .stdout.split("\n")
      .filter((file) => file !== "" && existsSync(join(ROOT, file)));
  return [
    tool("types", "node_modules/.bin/tsc", ["-p", "."]),
    tool("biome", "node_modules/.bin/biome", ["ci", "--colors=off", "--error-on-warnings", "."]),
    tool("hadolint", join(LINT, "hadolint"), files("*.Dockerfile", "*/Dockerfile")),
    tool("shellcheck", join(LINT, "shellcheck"), files("*.sh", ".ci/run")),
  ];
}

/** One command: passed or failed by its exit code, skipped by name when it is not here. */
function tool(name: string, command: string, args: string[]): Step {
  const run = () => {
    if (!existsSync(join(ROOT, command)) && !existsSync(command)) {
      process.stdout.write(`skipped ${name}: not installed on this machine (make doctor says how)\n`);
      return { passed: 0, failed: 0, skipped: 1 };
    }
    const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  };
  return { name, run };
}

type VitestResult = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
  testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
};

/** One vitest project, counted by test. A file that does not load, or a run that dies, counts as one failure. */
function vitest(project: string, ...options: string[]): Step {
  const run = () => {
    const report = join(ROOT, `out/tests/${project}.json`);
    mkdirSync(join(ROOT, "out/tests"), { recursive: true });
    rmSync(report, { force: true });
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const colour = process.stdout.isTTY ? [] : ["--no-color"];
    const args = ["run", `--project=${project}`, ...colour, ...options, ...reporters];
    const { status } = spawnSync("node_modules/.bin/vitest", args, {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    const result = JSON.parse(readFileSync(report, "utf8")) as VitestResult;
    for (const test of result.testResults.flatMap((file) => file.assertionResults)) {
      if (["skipped", "pending", "todo"].includes(test.status)) process.stdout.write(`skipped ${test.fullName}\n`);
    }
    const notLoaded = result.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    const failed = result.numFailedTests + notLoaded.length;
    return {
      passed: result.numPassedTests,
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  };
  return { name: `tests: ${project}`, run };
}

/** Runs a tier's steps and prints its closing line. */
function runTier(name: string): Count {
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const step of TIERS[name]?.() ?? []) {
    process.stdout.write(`\n== ${step.name}\n`);
    add(total, step.run());
  }
  if (total.passed === 0) total.failed = Math.max(1, total.failed); // a tier that tested nothing has not passed
  process.stdout.write(`\n${closing(total)}\n`);
  return total;
}

function add(total: Count, count: Count): void {
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += count[key];
}

function closing({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

const tiers = process.argv.slice(2);
if (tiers.length === 0 || tiers.some((tier) => TIERS[tier] === undefined)) {
  const known = Object.keys(TIERS).join(", ");
  process.stderr.write(`tier: expected one or more of ${known}; got "${tiers.join(" ")}"\n`);
  process.exit(2);
}
const total: Count = { passed: 0, failed: 0, skipped: 0 };
for (const tier of tiers) add(total, runTier(tier));
if (tiers.length > 1) process.stdout.write(`\n== ${tiers.join(" and ")} together\n${closing(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

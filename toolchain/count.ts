import type { Reporter, SerializedError, TestModule, TestState } from "vitest/node";

/**
 * Ends a run of tests with `N passed, N failed, N skipped`, and before it each that was skipped or failed by name, one
 * line each: of a long log often only the end is kept. A run in which nothing passed has failed.
 */
export class Count implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = (state: TestState) => modules.flatMap((module) => [...module.children.allTests(state)]);
    const [passed, skipped] = [tests("passed"), tests("skipped")];
    const failed = [
      ...tests("failed").map((test) => named(test.fullName, test.result().errors?.[0])),
      // Files that do not load, hooks that throw: the tests behind them were skipped or never known.
      ...modules.flatMap((module) =>
        [module, ...module.children.allSuites()]
          .flatMap((suite) => suite.errors())
          .map((error) => named(module.relativeModuleId, error)),
      ),
      ...unhandled.map((error) => named("outside of every test", error)),
    ];
    for (const { fullName } of skipped) process.stdout.write(`skipped ${fullName}\n`);
    for (const line of failed) process.stdout.write(`failed ${line}\n`);
    process.stdout.write(`\n${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped\n`);
    if (modules.length > 0 && passed.length === 0) process.exitCode = 1; // of no files at all vitest itself judges
  }
}

function named(name: string, error: { message: string } | undefined): string {
  return `${name}: ${error?.message.split("\n")[0]}`;
}

import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { Count } from "./toolchain/count.ts";

// Four kinds of test, told apart by file name so that a folder deleted takes its tests along:
//   *.lint.test.ts     a linter each        make check
//   *.test.ts          no engine            make check
//   *.engine.test.ts   a container engine   make test
//   *.prove.test.ts    minutes              make prove
// Groups run one after another: what needs an engine only after what needs none, and *.alone.prove.test.ts last and one
// file at a time: they look at all that runs in this clone, or remove it.
const exclude = ["**/node_modules/**", "**/dist/**", "out/**"];
const slow = { testTimeout: 180_000, hookTimeout: 600_000 };
const kind = (name: string, ending: string, options: TestProjectInlineConfiguration["test"] = slow) => ({
  test: { name, include: [`**/*${ending}`], exclude, ...options },
});
const except = (pattern: string) => ({ exclude: [...exclude, pattern] });
const group = (groupOrder: number) => ({ ...slow, sequence: { groupOrder } });

export default defineConfig({
  test: {
    // Two workers: the tests start containers, and the reference machine has two cores.
    maxWorkers: 2,
    reporters: ["default", new Count()],
    projects: [
      // The limit ends what hangs; a busy machine is no failure.
      kind("unit", ".test.ts", { ...except("**/*.{lint,engine,prove}.test.ts"), testTimeout: 30_000 }),
      kind("lint", ".lint.test.ts"),
      kind("engine", ".engine.test.ts", group(1)),
      // Three files: proofs wait as well as compute.
      kind("prove", ".prove.test.ts", { ...group(2), ...except("**/*.alone.prove.test.ts"), maxWorkers: 3 }),
      kind("alone", ".alone.prove.test.ts", { ...group(3), fileParallelism: false }),
    ],
  },
});

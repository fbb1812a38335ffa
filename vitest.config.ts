import { defineConfig } from "vitest/config";
import { Count } from "./toolchain/count.ts";

// Four kinds of test, told apart by file name so that a folder deleted takes its tests along:
//   *.lint.test.ts     a linter each        make check
//   *.test.ts          no engine            make check
//   *.engine.test.ts   a container engine   make test
//   *.prove.test.ts    minutes              make prove
// Groups run one after another: what needs an engine only after what needs none, and prove alone and one file at a
// time, because its tests remove what is left of interrupted runs, others included.
const exclude = ["**/node_modules/**", "**/dist/**", "out/**"];
const slow = { exclude, testTimeout: 180_000, hookTimeout: 600_000 };
const prove = { fileParallelism: false, sequence: { groupOrder: 2 } };

export default defineConfig({
  test: {
    // Two workers: the tests start containers, and the reference machine has two cores.
    maxWorkers: 2,
    reporters: ["default", new Count()],
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...exclude, "**/*.{lint,engine,prove}.test.ts"],
          testTimeout: 30_000, // ends what hangs; a busy machine is no failure
        },
      },
      { test: { name: "lint", include: ["**/*.lint.test.ts"], ...slow } },
      { test: { name: "engine", include: ["**/*.engine.test.ts"], sequence: { groupOrder: 1 }, ...slow } },
      { test: { name: "prove", include: ["**/*.prove.test.ts"], ...prove, ...slow } },
    ],
  },
});

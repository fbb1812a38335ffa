import { defineConfig } from "vitest/config";
import { Count } from "./toolchain/count.ts";

// Four kinds of test, told apart by file name so that a folder deleted takes its tests along:
//   *.lint.test.ts     a linter each        make check
//   *.test.ts          no engine            make check
//   *.engine.test.ts   a container engine   make test
//   *.prove.test.ts    minutes              make prove
// Groups run one after another: what needs an engine only after what needs none, and *.alone.prove.test.ts last and one
// file at a time: they look at all that runs in this clone, or remove it.
const exclude = ["**/node_modules/**", "**/dist/**", "out/**"];
const slow = { exclude, testTimeout: 180_000, hookTimeout: 600_000 };
const alone = { fileParallelism: false, sequence: { groupOrder: 3 } };

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
      {
        test: {
          name: "prove",
          include: ["**/*.prove.test.ts"],
          sequence: { groupOrder: 2 },
          maxWorkers: 3, // they wait as often as they compute
          ...slow,
          exclude: [...exclude, "**/*.alone.prove.test.ts"],
        },
      },
      { test: { name: "alone", include: ["**/*.alone.prove.test.ts"], ...alone, ...slow } },
    ],
  },
});

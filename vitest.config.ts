import { defineConfig } from "vitest/config";

// Three kinds of test, told apart by file name so that a folder deleted takes its tests along:
//   *.test.ts          no engine            make check
//   *.engine.test.ts   a container engine   make test
//   *.prove.test.ts    minutes              make prove
const exclude = ["**/node_modules/**", "**/dist/**", "out/**"];
const engine = { testTimeout: 180_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    // Two workers: the tests start containers, and the reference machine has two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...exclude, "**/*.engine.test.ts", "**/*.prove.test.ts"],
          testTimeout: 30_000, // ends what hangs; a busy machine is no failure
        },
      },
      { test: { name: "engine", include: ["**/*.engine.test.ts"], exclude, ...engine } },
      { test: { name: "prove", include: ["**/*.prove.test.ts"], exclude, ...engine } },
    ],
  },
});

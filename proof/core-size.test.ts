import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { codeLines, coreSize } from "./core-size.ts";

test.each([
  ["a blank line is free", "a.ts", "\n  \nconst a = 1;\n", 1],
  ["line comments", "a.ts", "// why\n  // more\nconst a = 1; // behind code\n", 1],
  ["a block comment", "a.ts", "/**\n * Says what.\n */\nexport const a = 1;\n", 1],
  ["code behind a block comment", "a.ts", "/* why */ const a = 1;\n/* one */ /* two */\n/* one */ // two\n", 1],
  ["code behind the end of a long one", "a.ts", "/* why\n */ const a = 1;\n", 1],
  ["a comment cannot hide what follows it", "a.ts", "/* why */\nconst a = 1;\nconst b = 2;\n", 2],
  ["a glob opens no comment", "a.ts", 'const glob = "src/**/*.ts";\nconst url = "https://host/*";\nconst a = 1;\n', 3],
  ["an unfinished slash is code", "a.ts", "/*/ still the comment\n*/\nconst a = 1;\n", 1],
  ["Dockerfile", "docker/4-signed.Dockerfile", "# The base.\nFROM a\n\n# Not root.\nUSER 65532:65532\n", 2],
  ["shell, with its shebang", "a.sh", "#!/bin/sh\n# why\nset -eu # behind code\n", 2],
  ["a here-document is code", "a.sh", "cat > f <<'END'\n# heading\n\ntext\nEND\n# why\n", 4],
  ["make", "Makefile", "# why\nall: ## all of it\n\t@echo\n", 2],
  ["slashes are no comment in a shell", "a.sh", "//bin/true\n", 1],
])("%s", (_, path, text, lines) => {
  expect(codeLines(path, text)).toBe(lines);
});

test("a tree: tests, lock and YAML are not bounded, but named in the raw numbers", () => {
  const root = mkdtempSync(join(tmpdir(), "core-size-"));
  const files = {
    "app/main.ts": "// why\nstart();\n",
    "app/main.test.ts": "test();\n",
    "app/testing/client.ts": "ask();\n",
    "pnpm-lock.yaml": "lock: 1\n",
    "k8s/pod.yaml": "kind: Pod\n",
    "README.md": "# Title\n",
    "docker/a.Dockerfile": "# why\nFROM a\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(coreSize(root, Object.keys(files))).toEqual({ raw: { files: 7, lines: 9 }, files: 3, lines: 2 });
  rmSync(root, { recursive: true });
});

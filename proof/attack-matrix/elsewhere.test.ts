import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../repository-copy.ts";
import { elsewhere } from "./elsewhere.ts";

test.each(elsewhere)(
  "$attacks: the test or mutant that tries it is there, and is not skipped by its own line",
  ({ file, title }) => {
    const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
    const [line = "", ...more] = lines.filter((each) => each.includes(JSON.stringify(title)));
    expect(line, `${file}: expected a test or mutant "${title}"`).toMatch(/^ *(?:test\(|\[?)"/);
    expect(line).not.toMatch(/skip|todo/);
    expect(more).toEqual([]);
  },
);

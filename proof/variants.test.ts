import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isVariant, readCatalog } from "./bases/catalog.ts";
import { ROOT } from "./repository-copy.ts";

/** Rows of the table between two marks of docs/variants.md, without its head. */
function rowsOf(mark: string): string[][] {
  const page = readFileSync(join(ROOT, "docs/variants.md"), "utf8");
  const part = page.slice(page.indexOf(`<!-- ${mark}`), page.indexOf(`<!-- /${mark}`));
  const lines = part.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("docs/variants.md names every field that a stand-in cannot match or that nobody published, with its reason", () => {
  const rows = readCatalog()
    .filter(({ recipe }) => isVariant(recipe))
    .flatMap(({ recipe, cannotMatch, unmeasured }) => [
      ...cannotMatch.map(({ what, reason }) => [recipe, what, "differs", reason]),
      ...Object.entries(unmeasured).map(([field, reason]) => [recipe, field, "unmeasured", reason]),
    ]);
  expect(rows.length).toBeGreaterThan(10);
  expect(rowsOf("stand-ins")).toEqual(rows);
});

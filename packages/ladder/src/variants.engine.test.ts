import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lines, worst } from "./lines.ts";
import { markdownOf } from "./variant-render.ts";
import { measureVariant, type VariantResult } from "./variant-results.ts";
import { variantNames } from "./variants.ts";

// The variants on a real engine, as the ladder's stages are.
const run = new Run("variants-test");
const bases = existsSync(join(ROOT, "out/bases.json")) ? join(ROOT, "out/bases.json") : undefined;
const measured = new Map<string, VariantResult>();
afterAll(() => run.close());

describe.each(variantNames)("variant %s", (name) => {
  beforeAll(async () => {
    measured.set(name, await measureVariant(run, name, { bases }));
  });

  test("its contract holds", () => {
    expect(measured.get(name)?.differences).toEqual([]);
  });

  test.each(lines.map(({ title, checks }) => [title, checks] as const))("%s passes", (_, checks) => {
    expect(worst(checks.map((id) => measured.get(name)?.result.checks[id]))).toBe("pass");
  });

  test("its packages are those of its distribution", () => {
    expect(measured.get(name)?.result.packages.distribution).toBeGreaterThan(10);
  });
});

test("alpine: at most 185 MB, and within 5 MB of the 180 MB that the source document names", () => {
  const bytes = measured.get("alpine")?.result.sizeBytes ?? 0;
  expect(Math.abs(bytes - 180_000_000)).toBeLessThanOrEqual(5_000_000);
});

test("libc and shell are those of the variant", () => {
  const seen = [...measured.values()].map(({ variant, libc, shells }) => [variant, libc, shells.includes("sh")]);
  expect(seen).toEqual([
    ["distroless", "glibc", false],
    ["alpine", "musl", true],
    ["chainguard", "glibc", true],
  ]);
});

/** A cell is held to what it can promise: sizes to 2 %, memory to 40 %, a start-up only to be one, the rest exactly. */
function agrees(title: string, stated: string, seen: string): boolean {
  if (title === "start-up") return /^\d+ ms$/.test(stated) && /^\d+ ms$/.test(seen);
  if (!seen.endsWith(" MB")) return stated === seen;
  const tolerance = title.startsWith("memory") ? 0.4 : 0.02;
  return Math.abs(Number.parseFloat(stated) / Number.parseFloat(seen) - 1) < tolerance;
}

test("the table in docs/variants.md is what was measured", () => {
  const page = readFileSync(join(ROOT, "docs/variants.md"), "utf8");
  const rowsOf = (text: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith("|") && !/^\|\s*:?-/.test(line))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  const stated = rowsOf(page.slice(page.indexOf("<!-- variants"), page.indexOf("<!-- /variants")));
  const seen = rowsOf(markdownOf([...measured.values()]));
  const wrong = seen.flatMap(([title = "", ...cells], row) =>
    cells
      .map((cell, column) => [cell, stated[row]?.[column + 1] ?? ""] as const)
      .filter(([cell, text]) => stated[row]?.[0] !== title || !agrees(title, text, cell))
      .map(([cell, text]) => `${title}: ${text || "nothing"} for ${cell}`),
  );
  expect(wrong).toEqual([]);
  expect(stated.length).toBe(seen.length);
});

test("chainguard on anything but the pulled base says that it is a look-alike", () => {
  const [final] = measured.get("chainguard")?.record.bases.filter(({ ref }) => ref.startsWith("cgr.dev/")) ?? [];
  expect(["hub", "look-alike"]).toContain(final?.origin);
});

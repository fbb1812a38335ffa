import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lines, worst } from "./lines.ts";
import { type Measured, measure } from "./measure.ts";
import { variants } from "./variants.ts";

// The variants on a real engine, as the ladder's stages are; distroless is stage 4 and measured there.
const run = new Run("variants-test");
const bases = existsSync(join(ROOT, "out/bases.json")) ? join(ROOT, "out/bases.json") : undefined;
const measured = new Map<string, Measured>();
afterAll(() => run.close());

describe.each(["alpine", "chainguard"] as const)("variant %s", (name) => {
  const contract = variants[name];

  beforeAll(async () => {
    measured.set(name, await measure(run, contract, { bases }));
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

test("chainguard on anything but the pulled base says that it is a look-alike", () => {
  const [final] = measured.get("chainguard")?.record.bases.filter(({ ref }) => ref.startsWith("cgr.dev/")) ?? [];
  expect(["hub", "look-alike"]).toContain(final?.origin);
});

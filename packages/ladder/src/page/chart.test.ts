import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { specimen } from "../../test/specimen.ts";
import { chart, drawnFrom } from "./chart.ts";
import { picture } from "./page.ts";

const attribute = (svg: string, kind: string, name: string) =>
  [...svg.matchAll(new RegExp(`<rect class="${kind}"[^>]* ${name}="([\\d.]+)"`, "g"))].map(([, value]) =>
    Number(value),
  );

test("bars are as long as the sizes say", () => {
  const stages = drawnFrom(picture(specimen()));
  const [widest = 0, ...others] = attribute(picture(specimen()), "c-full", "width").slice(0, 4);
  for (const [index, width] of others.entries()) {
    const share = (stages[index + 1]?.sizeBytes ?? 0) / (stages[0]?.sizeBytes ?? 1);
    expect(width / widest).toBeCloseTo(share, 2);
  }
});

test("one square for each check, told apart by shape", () => {
  const [first] = drawnFrom(picture(specimen()));
  const of = (tone: string) => first?.checks.filter((check) => check.tone === tone).length;
  const svg = chart(first === undefined ? [] : [first]).text;
  expect(attribute(svg, "c-pass", "height")).toHaveLength((of("pass") ?? 0) + 1); // one in the legend
  expect(attribute(svg, "c-taught", "height")).toHaveLength((of("taught") ?? 0) + 1);
  expect(attribute(svg, "c-skipped", "height")).toHaveLength((of("skipped") ?? 0) + 1);
  expect(svg).not.toContain('class="c-broken"');
});

test("a broken contract has a shape of its own, and its place in the legend", () => {
  const [first] = drawnFrom(picture(specimen()));
  if (first === undefined) throw new Error("expected a stage");
  const svg = chart([{ ...first, checks: first.checks.map(({ id }) => ({ id, tone: "broken" })) }]).text;
  expect(svg.match(/class="c-cross"/g)).toHaveLength(first.checks.length + 1);
  expect(svg).toContain("contract broken");
});

test.each([60, 200])("%s checks stay inside the picture", (count) => {
  for (const width of [720, 340]) {
    const svg = chart(drawnFrom(picture(specimen({ count }))), width).text;
    expect(Math.max(...attribute(svg, "c-pass", "x"))).toBeLessThan(width - 100);
    expect(Math.min(...attribute(svg, "c-pass", "width"))).toBeGreaterThan(0);
  }
});

test("docs/scorecard.svg is what the code draws from its figures (make readme)", () => {
  const svg = readFileSync(join(ROOT, "docs/scorecard.svg"), "utf8");
  expect(drawnFrom(svg)).toHaveLength(4);
  expect(svg).toBe(`${chart(drawnFrom(svg)).text}\n`);
});

test("the picture fetches nothing and runs nothing", () => {
  const svg = readFileSync(join(ROOT, "docs/scorecard.svg"), "utf8");
  expect(svg).not.toMatch(/href|url\(|<script|<image|<foreignObject|@import|\son[a-z]+=/i);
});

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { digest, HOSTILE, specimen } from "../../test/specimen.ts";
import type { PageInput } from "./input.ts";
import { page } from "./page.ts";

/** The text of what a cell's button opens. */
function panel(html: string, id: string): string {
  return new RegExp(`<div popover id="${id}"[\\s\\S]*?\n</div>`).exec(html)?.[0] ?? "";
}

/** The same scorecard with one check of one stage ending otherwise. */
function ending(stage: number, id: string, status: "pass" | "fail"): PageInput {
  const input = specimen();
  const stages = input.card.stages.map((result) =>
    result.stage === stage ? { ...result, contractHolds: false, checks: { ...result.checks, [id]: status } } : result,
  );
  return { ...input, card: { ...input.card, stages } };
}

test("the same input gives the same page", () => {
  expect(page(specimen())).toBe(page(specimen()));
});

test("text from an image stays text, wherever it comes from", () => {
  const html = page(specimen({ text: HOSTILE }));
  expect(html).not.toContain("<img");
  expect(html).not.toContain("<script");
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(html.match(/<style>/g)).toHaveLength(3); // the page's, and the chart's in each of its two widths
});

test("the policy allows the style sheets of this page and nothing else", () => {
  const html = page(specimen());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  expect(policy).toMatch(/^default-src &#39;none&#39;; style-src /);
  expect(policy).not.toMatch(/unsafe|script|https?:|\*/);
  for (const [, style = ""] of html.matchAll(/<style>([\s\S]*?)<\/style>/g)) {
    expect(policy).toContain(createHash("sha256").update(style).digest("base64"));
  }
});

test("nothing in it makes a browser fetch something", () => {
  const html = page(specimen());
  expect(html).not.toMatch(/\ssrc=|url\(|@import|\sstyle=|<(script|img|iframe|object|embed|form)\b|\son[a-z]+=/i);
  for (const [, tag, address] of html.matchAll(/<(\w+)[^>]*\shref="([^"]*)"/g)) {
    if (tag === "a") expect(address).toMatch(/^(https:\/\/|#)/);
    else expect(address).toMatch(/^(#|data:,$)/);
  }
});

test("figures, contracts, bases and how to get them again are there", () => {
  const html = page(specimen());
  for (const part of [
    "From 1500 MB as root to",
    "1500.0 MB",
    "All 4 contracts hold",
    "2026-01-02 03:04 UTC",
    digest(8),
    "local: rebuilt",
    "docker/3-non-root.Dockerfile",
    "make scorecard",
    "make page",
  ])
    expect(html).toContain(part);
});

test("a fault on purpose looks otherwise than a broken contract, and a broken one is told in plain sight", () => {
  expect(page(specimen())).not.toContain('class="cell broken" type="button"');
  expect(page(specimen())).toMatch(/<button class="cell taught"[^>]* aria-label="fault: IMG-USER-001, stage 1"/);
  const failing = page(ending(4, "IMG-USER-001", "fail"));
  expect(failing).toMatch(/<button class="cell broken"[^>]* aria-label="broken: fail: IMG-USER-001, stage 4"/);
  expect(failing).toContain("Contract broken: stage 4");
  expect(failing).not.toContain("contracts hold");
  expect(failing).toMatch(/<div class="banner broken"[\s\S]*IMG-USER-001/);
  expect(page(ending(1, "IMG-USER-001", "pass"))).toContain("Contract broken: stage 1");
});

test("a check that a stage was not measured with is neither a pass nor a broken contract, and is told", () => {
  const input = specimen();
  const stages = input.card.stages.map((result) => ({
    ...result,
    checks: { "IMG-USER-001": result.checks["IMG-USER-001"] ?? "pass" },
  }));
  const html = page({ ...input, card: { ...input.card, stages } });
  expect(html).toContain('aria-label="not run: IMG-SIZE-001, stage 1"');
  expect(html).toContain("Not complete");
  expect(html).not.toContain("contracts hold");
  expect(html).not.toContain("Contract broken");
});

test("a cell's panel says what was seen, where, what to do, and why it must fail here", () => {
  const opened = panel(page(specimen()), "stage-1-IMG-USER-001");
  for (const part of ["found one", "/usr/bin/thing", "COPY /usr/bin/thing /", "sha256:777777777777", "process 7"])
    expect(opened).toContain(part);
  for (const part of ["Leave it out.", "no USER line: root", "Why it matters"]) expect(opened).toContain(part);
});

test("every button opens a panel that is there, and no panel twice", () => {
  const html = page(specimen({ count: 70 }));
  const panels = [...html.matchAll(/<div popover id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(panels).size).toBe(panels.length);
  for (const [, id] of html.matchAll(/popovertarget="([^"]+)"/g)) expect(panels).toContain(id);
});

test("evidence of another image than the measured one is not shown", () => {
  const input = specimen();
  const report = input.reports.get(1);
  if (report === undefined) throw new Error("expected a report");
  const reports = new Map([[1, { ...report, image: { ...report.image, id: digest(5) } }]]);
  const opened = panel(page({ ...input, reports }), "stage-1-IMG-USER-001");
  expect(opened).not.toContain("found one");
  expect(opened).toContain("not stored for this image");
});

test("attacks: how each ended, the line that stopped it, or why it was not tried", () => {
  const html = page(specimen());
  expect(html).toContain('aria-label="succeeds: Spawn a shell, stage 1"');
  expect(html).toContain('aria-label="stopped: Spawn a shell, stage 2"');
  expect(panel(html, "stage-2-spawn-shell")).toContain("docker/x.Dockerfile:12");
  expect(panel(html, "stage-2-swap-image")).toContain("nothing verifies a signature yet");
});

test("attacks that were not run say so and name the command; they are no pass", () => {
  const html = page({ ...specimen(), attacks: new Map() });
  const grid = html.slice(html.indexOf('id="attacks"'), html.indexOf('id="bases"'));
  expect(grid.match(/not run<\/span>/g)).toHaveLength(24);
  expect(grid).toContain("make attack-3");
  expect(grid).not.toMatch(/stopped<|cell pass/);
});

test("attacks on another image than the measured one are stale, not stopped", () => {
  const input = specimen();
  const report = input.attacks.get(2);
  if (report === undefined) throw new Error("expected attacks");
  const attacks = new Map([[2, { ...report, image: { ...report.image, id: digest(5) } }]]);
  const html = page({ ...input, attacks });
  expect(html).toContain('aria-label="stale: Spawn a shell, stage 2"');
  expect(html).not.toContain('aria-label="stopped: Spawn a shell, stage 2"');
  expect(panel(html, "stage-2-spawn-shell")).toContain("make attack-2 runs it again");
});

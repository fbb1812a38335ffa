import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults, RunOptions } from "axe-core";
import { type PageInput, page as render } from "ladder/page";
import { HOSTILE, specimen } from "ladder/specimen";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test as vitest } from "vitest";
import { findBrowser, launch } from "./browser.ts";

// The scorecard page as its readers have it: in a real browser, by keyboard, on a phone, on paper. No container.
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const found = await findBrowser();
const test =
  "program" in found
    ? vitest
    : Object.assign((name: string, ..._: unknown[]) => vitest.skip(`${name}: ${found.missing}`, () => undefined));

const folder = mkdtempSync(join(tmpdir(), "page-"));
const text = `${HOSTILE}${"/deep".repeat(60)}`;
const files = {
  // About as many checks as the grid must bear, with names as long and as hostile as an image can make them.
  full: render(specimen({ count: 60, text })),
  // A few rows of every kind: the accessibility engine takes seconds for hundreds of cells that are alike.
  short: render(broken(specimen({ count: 8, text }))),
  bare: render({ ...specimen({ count: 8 }), attacks: new Map(), reports: new Map() }),
};

/** A fault where none may be. What the contracts name beside the measured checks has not run. */
function broken(input: PageInput): PageInput {
  const stages = input.card.stages.map((stage) => ({
    ...stage,
    checks: { ...stage.checks, "IMG-USER-001": "fail" as const },
  }));
  return { ...input, card: { ...input.card, stages } };
}

let browser: Browser;
beforeAll(async () => {
  for (const [name, html] of Object.entries(files)) writeFileSync(join(folder, `${name}.html`), html);
  if ("program" in found) browser = await launch(found.program);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const WIDE = { viewport: { width: 1200, height: 900 } };
const NARROW = { viewport: { width: 360, height: 740 } };

/** Opens a page; what it asks for, what its policy refused of that, and every dialog is written down. */
async function open(name: keyof typeof files, options: BrowserContextOptions = WIDE) {
  const page = await (await browser.newContext(options)).newPage();
  const requests: string[] = [];
  const refused: string[] = [];
  const dialogs: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText === "csp") refused.push(request.url());
  });
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  await page.goto(url);
  return { page, requests, refused, dialogs, url, [Symbol.asyncDispose]: () => page.context().close() };
}

/** Rule and element of each violation that the accessibility engine finds in a part of the page. */
async function violations(page: Page, part = "html"): Promise<string[]> {
  await page.evaluate(AXE);
  const options: RunOptions = { resultTypes: ["violations"] };
  const { violations: seen } = (await page.evaluate(
    `axe.run(${JSON.stringify(part)}, ${JSON.stringify(options)})`,
  )) as AxeResults;
  return seen.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries({ wide: WIDE, "360 px": NARROW })) {
    test(`no accessibility violation, every check shown, then evidence open: ${colorScheme}, ${size}`, async () => {
      await using opened = await open("short", { ...viewport, colorScheme });
      await opened.page.click("summary");
      expect(await violations(opened.page)).toEqual([]);
      for (const target of ["stage-1-line-0", "stage-1-IMG-USER-001", "stage-2-spawn-shell"]) {
        await opened.page.click(`[popovertarget="${target}"]`);
        expect(await violations(opened.page, `#${target}`), target).toEqual([]);
        await opened.page.keyboard.press("Escape");
      }
    });
  }
}

test("no accessibility violation where nothing is stored", async () => {
  await using opened = await open("bare");
  await opened.page.click("summary");
  expect(await violations(opened.page)).toEqual([]);
});

test("the accessibility engine finds what is wrong", async () => {
  await using opened = await open("bare");
  await opened.page.evaluate('document.documentElement.removeAttribute("lang")');
  expect((await violations(opened.page)).join()).toContain("html-has-lang");
});

test("nothing is asked of anybody but the file itself, and no text from an image runs", async () => {
  await using opened = await open("full");
  await opened.page.click("summary");
  for (const target of ["stage-1-IMG-SECRET-001", "stage-1-spawn-shell"]) {
    await opened.page.click(`[popovertarget="${target}"]`);
    await opened.page.keyboard.press("Escape");
  }
  expect(opened.requests.filter((url) => url !== "data:,")).toEqual([opened.url]);
  expect(opened.dialogs).toEqual([]);
  expect(await opened.page.locator("img, script, iframe, form").count()).toBe(0);
});

test("markup that got in all the same would neither run nor fetch: the policy stops it", async () => {
  await using opened = await open("full");
  const refused = await opened.page.evaluate(`new Promise((resolve) => {
    const refused = new Set();
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
      if (refused.add(effectiveDirective).size === 3) resolve([...refused].sort());
    });
    document.body.insertAdjacentHTML("beforeend", '<img src="https://example.invalid/a.png"><p style="color:red" onclick="alert(1)">x</p>');
  })`);
  expect(refused).toEqual(["img-src", "script-src-attr", "style-src-attr"]);
  expect(opened.refused).toEqual(["https://example.invalid/a.png"]);
});

test("360 px: no horizontal scroll, with long names from an image in every panel", async () => {
  await using opened = await open("full", NARROW);
  await opened.page.click("summary");
  expect(await opened.page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  for (const target of ["stage-1-line-0", "stage-1-IMG-SECRET-001", "stage-2-spawn-shell"]) {
    await opened.page.click(`[popovertarget="${target}"]`);
    const panel = opened.page.locator(`#${target}`);
    expect(await panel.evaluate((element) => element.scrollWidth - element.clientWidth), target).toBe(0);
    await opened.page.keyboard.press("Escape");
  }
});

async function hasFocus(page: Page, selector: string): Promise<boolean> {
  return (await page.locator(`${selector}:focus`).count()) === 1;
}

/** Presses Tab until an element that matches has the focus; a keyboard has no other way. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press("Tab");
    if (await hasFocus(page, selector)) return;
  }
  throw new Error(`expected Tab to reach ${selector}, it did not in 200 presses`);
}

test("a keyboard reaches a cell, opens its evidence, closes it and is back at the cell", async () => {
  await using opened = await open("full");
  const { page } = opened;
  const cell = '[popovertarget="stage-1-line-1"]:not(.close)';
  await tabTo(page, cell);
  await page.keyboard.press("Enter");
  expect(await page.locator("#stage-1-line-1").isVisible()).toBe(true);
  expect(await page.locator("#stage-1-line-1").textContent()).toContain("found one");
  expect(await hasFocus(page, "#stage-1-line-1 .close")).toBe(true);
  await page.keyboard.press("Escape");
  expect(await page.locator("#stage-1-line-1").isVisible()).toBe(false);
  expect(await hasFocus(page, cell)).toBe(true);
});

test("a keyboard opens all checks and hides those that pass everywhere", async () => {
  await using opened = await open("full");
  const { page } = opened;
  const shown = () => page.locator(".all tbody tr:not(.area):visible").count();
  expect(await shown()).toBe(0);
  await tabTo(page, "summary");
  await page.keyboard.press("Enter");
  const all = await shown();
  expect(all).toBeGreaterThanOrEqual(60);
  await tabTo(page, "#differing");
  await page.keyboard.press("Space");
  expect(await shown()).toBe(await page.locator(".all tr.differs").count());
  expect(await shown()).toBeLessThan(all);
});

test("on paper: every check, the evidence of faults, light colours, no buttons to press", async () => {
  await using opened = await open("full", { ...WIDE, colorScheme: "dark" });
  const { page } = opened;
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  expect(await page.locator("summary, .close:visible, .filter:visible").filter({ visible: true }).count()).toBe(0);
  expect(await page.locator(".all tbody tr:not(.area):visible").count()).toBeGreaterThanOrEqual(60);
  expect(await page.locator("#stage-1-IMG-USER-001").isVisible()).toBe(true);
  expect(await page.locator("#stage-4-IMG-USER-001").isVisible()).toBe(false);
  expect((await page.pdf({ format: "A4" })).byteLength).toBeGreaterThan(10_000);
});

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { bringProgram } from "../packages.ts";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
/** A browser that talks to its maker would hide a request of the page. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--no-default-browser-check"];

/**
 * An installed Chrome or Chromium; as root on a Debian one is brought from the distribution, with a line saying so.
 * @returns the program, or why there is none: the reason of skipped tests
 */
export async function findBrowser(): Promise<{ program: string } | { missing: string }> {
  if (installed() === undefined) {
    const missing = await bringProgram("chromium", "chromium");
    if (missing !== undefined) return { missing };
  }
  const program = installed();
  return program === undefined ? { missing: "no Chrome or Chromium on the search path" } : { program };
}

/** Starts it without a window. Its sandbox does not work for root, who reads only our own page here. */
export async function launch(program: string): Promise<Browser> {
  const sandbox = process.getuid?.() !== 0;
  return await chromium.launch({ executablePath: program, chromiumSandbox: sandbox, args: QUIET });
}

function installed(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders.flatMap((folder) => PROGRAMS.map((name) => join(folder, name))), ...MAC].find(existsSync);
}

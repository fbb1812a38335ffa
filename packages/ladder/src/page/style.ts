import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The page's own style sheet. */
export const PAGE_STYLE = readFileSync(join(import.meta.dirname, "page.css"), "utf8");

/** The chart's, which goes inside the SVG: a page that shows it as a picture cannot style it. */
export const CHART_STYLE = readFileSync(join(import.meta.dirname, "chart.css"), "utf8");

/**
 * Only these two style sheets apply. No script runs and nothing is fetched, whatever text an image smuggles in.
 * @see https://www.w3.org/TR/CSP3/
 */
export function contentPolicy(): string {
  const styles = [PAGE_STYLE, CHART_STYLE].map(
    (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  return `default-src 'none'; style-src ${styles.join(" ")}; img-src data:; base-uri 'none'; form-action 'none'`;
}

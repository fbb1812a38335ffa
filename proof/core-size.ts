import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a cloning team keeps, in numbers. `raw` counts everything, the others what the first law bounds. */
export type CoreSize = { raw: { files: number; lines: number }; files: number; lines: number };

const SOURCE = /\.(?:[cm]?[jt]s|sh|mk|awk)$|(?:^|\/)Makefile$|Dockerfile$/;
const TEST = /\.test\.ts$|\/testing\//;
const LOCK_OR_YAML = /(?:^|\/)pnpm-lock\.yaml$|\.ya?ml$|(?:^|\/)go\.sum$/;

/**
 * Measures a tree.
 * @param root its folder
 * @param paths its files, relative to it
 */
export function coreSize(root: string, paths: string[]): CoreSize {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  const sources = paths.filter((path) => SOURCE.test(path) && !TEST.test(path));
  return {
    raw: { files: paths.length, lines: sum(paths.map((path) => read(path).split("\n").length - 1)) },
    files: paths.filter((path) => !TEST.test(path) && !LOCK_OR_YAML.test(path)).length,
    lines: sum(sources.map((path) => codeLines(path, read(path)))),
  };
}

/**
 * Lines that are neither blank nor nothing but comment. Comments are free: they carry the reasons, and a bound that
 * counts them rewards deleting them. A comment behind code, a shebang and the text of a here-document are code. In
 * TypeScript a comment is known by how its line begins, so a `/*` inside a glob or a URL opens none.
 */
export function codeLines(path: string, text: string): number {
  const lines = text.split("\n").map((line) => line.trim());
  return /\.[cm]?[jt]s$/.test(path) ? slashCode(lines) : hashCode(lines);
}

function slashCode(lines: string[]): number {
  let inComment = false;
  let count = 0;
  for (const line of lines) {
    let rest = line;
    // What stands behind the end of a block comment may be code, or the next comment.
    while (inComment || rest.startsWith("/*")) {
      const end = rest.indexOf("*/", inComment ? 0 : 2);
      inComment = end === -1;
      if (inComment) break;
      rest = rest.slice(end + 2).trim();
    }
    if (!inComment && rest !== "" && !rest.startsWith("//")) count += 1;
  }
  return count;
}

function hashCode(lines: string[]): number {
  let delimiter: string | undefined;
  let count = 0;
  for (const line of lines) {
    const isComment = /^#(?!!)/.test(line);
    if (line === "" || (isComment && delimiter === undefined)) continue;
    count += 1;
    if (delimiter === undefined) delimiter = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(line)?.[2];
    else if (line === delimiter) delimiter = undefined;
  }
  return count;
}

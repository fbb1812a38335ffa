import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { ROOT } from "../repository-copy.ts";

/** A fenced `sh` block, and the outputs that the `text` blocks directly behind it allow: any one of them. */
export type ShellBlock = {
  page: string;
  line: number;
  heading: string;
  /** What follows `sh` in the fence, such as "wrong" and "right" in the errata. */
  meta: string;
  script: string;
  outputs: string[];
};

/** Every Markdown page of the repository. */
export function pages(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return listed.split("\n").filter((file) => file !== "");
}

/** The `sh` blocks of a page of the repository. */
export function blocksOf(page: string): ShellBlock[] {
  return shellBlocks(page, readFileSync(join(ROOT, page), "utf8"));
}

/**
 * The `sh` blocks of Markdown, each with the outputs shown for it.
 * @throws Error for a block of commands in a dialect that nothing here would run
 */
export function shellBlocks(page: string, markdown: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  let heading = "";
  let open: ShellBlock | undefined;
  for (const node of fromMarkdown(markdown).children) {
    const line = node.position?.start.line ?? 0;
    if (node.type === "code" && node.lang === "text") {
      open?.outputs.push(node.value);
      continue;
    }
    open = undefined;
    if (node.type === "heading") heading = (markdown.split("\n")[line - 1] ?? "").replace(/^#+ /, "");
    if (node.type !== "code" || node.lang == null) continue;
    refuseDialect(node.lang, `${page}:${line}`);
    if (node.lang !== "sh") continue;
    open = { page, line, heading, meta: node.meta ?? "", script: node.value, outputs: [] };
    blocks.push(open);
  }
  return blocks;
}

function refuseDialect(lang: string, where: string): void {
  if (!["bash", "shell", "console", "zsh"].includes(lang)) return;
  throw new Error(`${where}: expected commands in a block marked sh, which is run; got ${lang}`);
}

/** The commands of a block, one a line, without comments. Only for blocks whose output is not shown. */
export function commandsOf({ script }: ShellBlock): string[] {
  const lines = script.split("\n").map((line) => line.replace(/(^|\s+)#.*$/, "").trim());
  return lines.filter((line) => line !== "");
}

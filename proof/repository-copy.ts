import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** A copy of the repository's own files, as they stand in the work tree, to change at will. Removed when disposed. */
export class RepositoryCopy {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "hardened-node-api-"));
    for (const file of this.#tracked()) cpSync(join(ROOT, file), join(this.root, file), { recursive: true });
  }

  /** Files git would commit: tracked and new ones, without the ignored. */
  #tracked(): string[] {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    return listed.split("\n").filter((file) => file !== "" && existsSync(join(ROOT, file)));
  }

  /** Gives workspaces, "" the root, the dependencies that set-up installed. */
  install(...workspaces: string[]): void {
    for (const workspace of workspaces)
      symlinkSync(join(ROOT, workspace, "node_modules"), join(this.root, workspace, "node_modules"));
  }

  /** Deletes files or folders. */
  delete(...paths: string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true });
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.root, path), content);
  }

  /**
   * Replaces one piece of a file.
   * @throws Error when the piece does not occur: a removal that removes nothing proves nothing
   */
  replace(path: string, piece: string | RegExp, by: string): void {
    const before = readFileSync(join(this.root, path), "utf8");
    const after = before.replace(piece, by);
    if (after === before) throw new Error(`expected ${piece} in ${path}, found nothing to replace`);
    writeFileSync(join(this.root, path), after);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

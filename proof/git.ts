import { execFileSync } from "node:child_process";

/**
 * Runs git in a folder, as an author of its own: the machine's may be missing, or may sign.
 * @returns what it prints
 */
export function git(root: string, ...args: string[]): string {
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...author, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Gives a folder a history of one commit, as a clone has one; without what set-up links into it. */
export function commitAll(root: string): void {
  git(root, "init", "--quiet");
  git(root, "add", "--all", "--", ":!node_modules", ":!*/node_modules");
  git(root, "commit", "--quiet", "--message=all");
}

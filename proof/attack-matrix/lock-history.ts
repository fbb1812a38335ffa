import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Shipment } from "pipeline/gates/gate";
import { lock } from "pipeline/gates/lock";
import { git } from "../git.ts";

const INTEGRITY = `sha512-${"A".repeat(86)}==`;

/** A small repository whose lock file has one package, committed again and again. */
export class LockHistory {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    mkdirSync(join(root, "policies"), { recursive: true });
    git(this.#root, "init", "--quiet");
  }

  /** Commits a lock file with this entry alone, `name@version`. */
  commit(entry: string): void {
    const text = `importers: {}\n\npackages:\n\n  ${entry}:\n    resolution: {integrity: ${INTEGRITY}}\n`;
    writeFileSync(join(this.#root, "pnpm-lock.yaml"), text);
    git(this.#root, "add", "pnpm-lock.yaml");
    git(this.#root, "commit", "--quiet", `--message=${entry}`);
  }

  /**
   * What the lock gate's rules find, the history read by its own command.
   * @param accepted an entry that the policy lets return
   */
  findings(accepted?: string): string[] {
    const returned = accepted === undefined ? [] : [{ entry: accepted, reason: "meant" }];
    writeFileSync(join(this.#root, "policies/lock.yaml"), JSON.stringify({ returned }));
    const args = ["log", "--first-parent", "-m", "--reverse", "--patch", "--format=commit %h", "--", "pnpm-lock.yaml"];
    writeFileSync(join(this.#root, "history"), git(this.#root, ...args));
    const names = { scripts: "", out: "", repository: "", trust: "", issuer: "", identity: "" };
    const shipment: Shipment = { root: this.#root, ...names };
    return lock.judge(this.#root, shipment).findings;
  }
}

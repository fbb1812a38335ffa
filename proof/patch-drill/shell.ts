import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Run } from "pipeline/started";
import { ToolError } from "../errors.ts";
import { ROOT } from "../repository-copy.ts";

export type Environment = Record<string, string>;
export type Typed = { status: number | null; output: string };

/** Types command lines in one folder. */
export class Shell {
  readonly #run: Run;
  readonly #root: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #tell: (line: string) => void;

  /** @param tell hears what commands say on stderr, as it comes */
  constructor(run: Run, root: string, environment: Environment, tell: (line: string) => void) {
    [this.#run, this.#root, this.#tell] = [run, root, tell];
    this.#environment = { ...withoutCaller(), ...environment };
  }

  /** A command line or script, by bash that ends at the first failure. */
  async type(line: string, environment: Environment = {}): Promise<Typed> {
    const child = this.#run.spawn("bash", ["-euo", "pipefail", "-c", line], {
      cwd: this.#root,
      env: { ...this.#environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (child.stdout === null || child.stderr === null) throw new TypeError("expected two pipes");
    const errors: string[] = [];
    createInterface(child.stderr).on("line", (said) => {
      errors.push(said);
      this.#tell(`  ${said.slice(0, 110)}`);
    });
    const output = text(child.stdout);
    const [status] = (await once(child, "close")) as [number | null];
    return { status, output: `${await output}${errors.join("\n")}` };
  }

  /** @throws ToolError with what a command printed that must succeed for the drill to go on */
  async must(line: string, environment: Environment = {}): Promise<void> {
    const { status, output } = await this.type(line, environment);
    if (status !== 0) throw new ToolError(`expected ${line} to succeed, got exit code ${status}:\n${output}`);
  }

  /** Commits everything: provenance names a commit, and the lock gate judges the history. */
  async commit(message: string): Promise<void> {
    const who = { NAME: "patch drill", EMAIL: "drill@example.invalid" };
    const names = ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(who).map(([what, value]) => [`GIT_${role}_${what}`, value] as const),
    );
    const line = `git add --all && git -c commit.gpgsign=false commit --quiet --message='${message}'`;
    await this.must(line, Object.fromEntries(names));
  }
}

/** The environment here without what make, the test runner or the caller's own pipeline put into it. */
function withoutCaller(): NodeJS.ProcessEnv {
  const left = [
    "VITEST",
    "NODE_ENV",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "TRUST",
    "REPOSITORY",
    "WORKLOAD",
    "MAX_BYTES",
  ];
  const path = `${join(ROOT, "toolchain/bin")}:${process.env["PATH"]}`;
  return { ...process.env, ...Object.fromEntries(left.map((name) => [name, undefined])), PATH: path };
}

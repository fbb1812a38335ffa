import { execFile } from "node:child_process";
import { posix } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PipelineError } from "pipeline/errors";
import { dockerArguments } from "pipeline/profile";
import { RUN_LABEL, type Run } from "pipeline/started";
import { NotTried } from "./errors.ts";
import type { Target } from "./target.ts";

/** How a command ended. */
export type Ran = { code: number; stdout: string; stderr: string };

/** What an attacker reads from the image's configuration: its Node and the script it starts. */
export type Started = { node: string; script: string };

const READY_MS = 60_000;

/** One attack's place: runs its commands, writes down each as the learner can type it, and what was seen. */
export class Scene {
  readonly steps: string[] = [];
  readonly evidence: string[] = [];
  readonly run: Run;
  readonly target: Target;
  readonly #shorter = new Map<string, string>();
  readonly #prefix: string;

  /** @param prefix of the names of containers and tags; unique per attack and run */
  constructor(run: Run, target: Target, prefix: string) {
    this.run = run;
    this.target = target;
    this.#prefix = `${run.id}-${prefix}`;
  }

  /** Notes something seen. */
  saw(text: string): void {
    this.evidence.push(text);
  }

  /** Notes a command that is not run as it stands, or a remark between commands. */
  step(text: string): void {
    this.steps.push(text);
  }

  /** A name that is this run's own; steps show it short. */
  name(short: string): string {
    return this.alias(`${this.#prefix}-${short}`, short);
  }

  /** What steps show for something long, the longest first. Returns the long form. */
  alias(long: string, short: string): string {
    this.#shorter.set(long, short);
    return long;
  }

  /** Runs docker and writes the command down. What it makes carries the run's label, so that it can be removed. */
  docker(...args: string[]): Promise<Ran> {
    this.step(this.#shown(args));
    const [verb = "", ...rest] = args;
    const makes = verb === "run" || verb === "create";
    return this.ask(verb, ...(makes ? [`--label=${RUN_LABEL}=${this.run.folder}`] : []), ...rest);
  }

  /** Runs docker for the report's sake; not a step of the attacker's. */
  ask(...args: string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const options = { signal: this.run.signal, maxBuffer: 16 * 2 ** 20 };
      execFile("docker", args, options, (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
        else reject(new PipelineError("ENGINE", `docker ${args[0]} did not run: ${error.message}`, { cause: error }));
      });
    });
  }

  /**
   * Starts a container as the contract runs the image, and waits until the app is ready.
   * @param bounds limits of the test's own, beside those of the contract
   * @throws NotTried when the app does not come up
   */
  async start(name: string, image: string, bounds: readonly string[] = []): Promise<{ port: number }> {
    const hardening = this.target.run === "profile" ? dockerArguments(this.target.profile) : [];
    const fixed = ["run", "--detach", `--name=${name}`, "--publish=127.0.0.1::3000"];
    const { code, stderr } = await this.docker(...fixed, ...hardening, ...bounds, image);
    if (code !== 0) throw new NotTried(`the container did not start: ${stderr.trim()}`);
    return await this.ready(name);
  }

  /** Waits for the app in a container that was started. */
  async ready(name: string): Promise<{ port: number }> {
    const deadline = performance.now() + READY_MS;
    while (performance.now() < deadline) {
      // Asked every time: a container that is started again gets another port.
      const port = Number(/:(\d+)/.exec((await this.ask("port", name, "3000/tcp")).stdout)?.[1]);
      if (port > 0 && (await answers(port, "/ready")) === 200) return { port };
      const { stdout } = await this.ask("inspect", "--format={{.State.Running}}", name);
      if (stdout.trim() !== "true") break;
      await delay(100, undefined, { signal: this.run.signal });
    }
    const { stdout, stderr } = await this.ask("logs", "--tail=3", name);
    throw new NotTried(`the app did not become ready; its last words: ${`${stdout}${stderr}`.trim()}`);
  }

  /** Removes the containers of this attack; the run removes whatever is left at its end. */
  async remove(): Promise<void> {
    const { stdout } = await this.ask("ps", "--all", "--quiet", `--filter=name=^${this.#prefix}-`);
    const containers = stdout.split("\n").filter((id) => id !== "");
    if (containers.length === 0) return;
    await this.ask("rm", "--force", "--volumes", ...containers);
    const made = this.steps.flatMap((step) => /--name=(\S+)/.exec(step)?.[1] ?? []);
    this.step(`docker rm --force ${made.join(" ")}`);
  }

  /** What the image starts, as anybody who has the image can read it. */
  async started(): Promise<Started> {
    const { stdout } = await this.ask("image", "inspect", "--format={{json .Config}}", this.target.image.id);
    const config = JSON.parse(stdout) as { Entrypoint: string[] | null; Cmd: string[] | null; WorkingDir: string };
    const words = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].join(" ").split(/\s+/);
    const node = words.find((word) => /(^|\/)node$/.test(word));
    const script = words.find((word) => /\.[cm]?js$/.test(word));
    if (node === undefined || script === undefined) throw new NotTried(`no Node is started by: ${words.join(" ")}`);
    return { node, script: posix.resolve("/", config.WorkingDir, script) };
  }

  #shown(args: readonly string[]): string {
    const { reference, id } = this.target.image;
    let text = ["docker", ...args.map(quoted)].join(" ").replaceAll(id, reference);
    for (const long of [...this.#shorter.keys()].toSorted((a, b) => b.length - a.length)) {
      text = text.replaceAll(long, this.#shorter.get(long) ?? long);
    }
    return text;
  }
}

/** Status of a path on loopback, "timeout", or the name of the error. */
export async function answers(port: number, path: string): Promise<number | string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return "timeout";
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && "code" in cause ? String(cause.code) : String(error);
  }
}

/** As a shell takes it literally. */
function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "pipeline/started";
import { waitForAnswer } from "../engine/start.ts";
import { ToolError } from "../errors.ts";

/** Why no second engine can be started here, or undefined. */
export function whyNot(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "a second engine needs root on Linux";
  return ["dockerd", "unshare", "nsenter"].map(absent).find((reason) => reason !== undefined);
}

function absent(program: string): string | undefined {
  try {
    execFileSync("sh", ["-c", `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`], { stdio: "ignore" });
    return undefined;
  } catch {
    return `${program} is not installed`;
  }
}

/**
 * A second engine beside the machine's: namespaces of its own for network, mounts and processes, so that it can touch
 * nothing of the first one, and everything in it ends with it. It has no way out to a network.
 */
export class IsolatedEngine implements AsyncDisposable {
  readonly host: string;
  readonly #stop: () => Promise<void>;
  readonly #pid: number;

  private constructor(host: string, pid: number, stop: () => Promise<void>) {
    this.host = host;
    this.#pid = pid;
    this.#stop = stop;
  }

  /**
   * @param settings of the daemon, as in daemon.json
   * @throws ToolError with the daemon's last lines when it does not come up
   */
  static async start(run: Run, settings: Record<string, unknown>): Promise<IsolatedEngine> {
    const folder = join(run.folder, "engine");
    mkdirSync(folder);
    const sockets = mkdtempSync(join(tmpdir(), "engine-")); // a socket's path has at most 104 characters
    process.once("exit", () => rmSync(sockets, { recursive: true, force: true }));
    const host = `unix://${join(sockets, "docker.sock")}`;
    const config = join(folder, "daemon.json");
    writeFileSync(config, JSON.stringify({ ...settings, hosts: [host], pidfile: join(folder, "docker.pid") }));
    const dockerd = `dockerd --config-file=${config} --data-root=${folder}/data --exec-root=${sockets}/exec --cgroup-parent=/hardened-node-api`;
    const script = `ip link set lo up && exec ${dockerd} >${folder}/log 2>&1`;
    const unshare = ["--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc", "sh", "-c", script];
    const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };
    const child = run.spawn("unshare", unshare, { env, stdio: "ignore" });
    const ended = once(child, "exit");
    await waitForAnswer(child, join(folder, "log"), 60_000, host);
    const daemon = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim());
    if (!Number.isInteger(daemon)) throw new ToolError("expected the daemon to be the child of unshare");
    return new IsolatedEngine(host, daemon, async () => {
      process.kill(daemon, "SIGTERM"); // it unmounts what it mounted
      await ended;
      rmSync(sockets, { recursive: true, force: true });
    });
  }

  /** Command line that runs a program where the engine's published ports are. */
  inside(command: string, ...args: string[]): [string, string[]] {
    return ["nsenter", [`--net=/proc/${this.#pid}/ns/net`, command, ...args]];
  }

  /** Copies an image of the machine's engine, under a name of its own: others may move a tag meanwhile. */
  load(imageId: string, name: string): void {
    const script = `docker tag ${imageId} ${name} && docker save ${name} | docker --host ${this.host} load; docker rmi ${name}`;
    execFileSync("bash", ["-o", "pipefail", "-c", script], { stdio: "pipe" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

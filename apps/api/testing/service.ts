import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { type FSWatcher, watch } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { createAdminServer } from "../src/admin.ts";
import { Capacity } from "../src/capacity.ts";
import { Drain } from "../src/drain.ts";
import type { Timeouts } from "../src/http-server.ts";
import { listen } from "../src/listen.ts";
import { createLog } from "../src/log.ts";
import { Metrics } from "../src/metrics.ts";
import type { Secret } from "../src/secret.ts";
import { createApiServer } from "../src/server.ts";
import { StagingArea } from "../src/staging.ts";
import { Upstream, type UpstreamOptions } from "../src/upstream.ts";
import { version } from "../src/version.ts";

/** Lines of a log, and a way to wait for one. */
export class LogLines extends EventEmitter {
  readonly lines: Record<string, unknown>[] = [];

  write(line: string): void {
    this.lines.push(JSON.parse(line));
    this.emit("line");
  }

  /** Waits for one more line. */
  async next(): Promise<void> {
    await once(this, "line");
  }

  async until(message: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.lines.find(({ msg }) => msg === message);
      if (found) return found;
      await once(this, "line");
    }
  }
}

/** A temporary directory and what happens in it. */
export class Directory implements AsyncDisposable {
  readonly path: string;
  readonly #watcher: FSWatcher;

  private constructor(path: string) {
    this.path = path;
    this.#watcher = watch(path);
  }

  static async create(): Promise<Directory> {
    const directory = new Directory(await mkdtemp(join(tmpdir(), "api-test-")));
    onTestFinished(() => directory[Symbol.asyncDispose]()); // a test that times out never disposes of anything
    return directory;
  }

  files(): Promise<string[]> {
    return readdir(this.path);
  }

  /** Waits until the directory holds that many files, or until the condition holds after a change in it. */
  async until(condition: number | (() => boolean)): Promise<void> {
    for (;;) {
      const changed = once(this.#watcher, "change");
      if (typeof condition === "function" ? condition() : (await this.files()).length === condition) return;
      await changed;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher.close();
    await rm(this.path, { recursive: true, force: true });
  }
}

type Options = {
  uploadLimitBytes?: number;
  stagedLimitBytes?: number;
  maxInFlight?: number;
  trustProxy?: number;
  token?: Secret;
  upstream?: UpstreamOptions;
  timeouts?: Partial<Timeouts>;
};

/** The service inside this process, both servers listening on free ports. */
export async function startHere(options: Options = {}) {
  const { maxInFlight = 64, timeouts, trustProxy = 0, token, upstream: asked, ...limits } = options;
  const directory = await Directory.create();
  const log = new LogLines();
  const drain = new Drain();
  const staging = new StagingArea({
    tmpdir: directory.path,
    uploadLimitBytes: 2 ** 20,
    stagedLimitBytes: 2 ** 22,
    ...limits,
  });
  const logger = createLog("debug", log);
  const upstream = asked && new Upstream(asked, logger);
  const metrics = new Metrics(drain, staging, upstream);
  const capacity = new Capacity(maxInFlight);
  const server = createApiServer({ capacity, drain, log: logger, metrics, staging, timeouts, trustProxy, upstream });
  const admin = createAdminServer({ log: logger, token, routes: [metrics.route, version("abc123")] });
  const adminPort = await listen(admin, { host: "127.0.0.1", port: 0 });
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    admin,
    adminPort,
    capacity,
    directory,
    drain,
    log,
    logger,
    metrics,
    port,
    server,
    staging,
    async [Symbol.asyncDispose]() {
      for (const each of [server, admin]) {
        const closed = each.listening ? once(each, "close") : undefined;
        each.close();
        each.closeAllConnections();
        await closed;
      }
      metrics.registry.clear();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Runs src/<program>.ts as a process of its own with exactly this environment. */
export function run(program: "main" | "healthcheck", env: Record<string, string>, nodeArguments: string[] = []) {
  const path = fileURLToPath(new URL(`../src/${program}.ts`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [...nodeArguments, path], { env, stdio: "pipe" });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError("expected pipes");
  const exited = once(child, "exit").then(([code, signal]: unknown[]) => ({ code, signal }));
  return { child, stdout, exited, stderr: text(stderr) };
}

/** The service as a process, ready to take requests. */
export async function startProcess(env: Record<string, string> = {}, nodeArguments: string[] = []) {
  const directory = await Directory.create();
  const here = { HOST: "127.0.0.1", PORT: "0", ADMIN_HOST: "127.0.0.1", ADMIN_PORT: "0", TMPDIR: directory.path };
  const service = run("main", { ...here, ...env }, nodeArguments);
  onTestFinished(() => void service.child.kill("SIGKILL")); // a test that times out never disposes of anything
  const log = new LogLines();
  let rest = "";
  service.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log.write(line);
  });
  return {
    ...service,
    directory,
    log,
    port: async () => Number((await log.until("listening"))["port"]),
    adminPort: async () => Number((await log.until("listening"))["adminPort"]),
    async [Symbol.asyncDispose]() {
      if (service.child.exitCode === null && service.child.signalCode === null) service.child.kill("SIGKILL");
      await service.exited;
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** A port that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

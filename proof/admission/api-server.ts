import { execFile } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Run } from "pipeline/started";
import { ToolError } from "../errors.ts";
import { freePort } from "../free-port.ts";
import { ROOT } from "../repository-copy.ts";
import { ready, responds, start } from "../servers.ts";

/** What a kubectl call ended with. `output` is both streams, as one reads it on a terminal. */
export type Answer = { status: number; stdout: string; output: string };

/** How long a server here may take to be ready: far longer than on two busy processors. */
export const LIMIT_MS = 120_000;

/** A real Kubernetes API without a node: what is admitted stays pending. On loopback, and gone with its run. */
export class ApiServer {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly #signal: AbortSignal;

  constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.kubeconfig = join(folder, "kubeconfig.json");
    this.#signal = signal;
  }

  /** Runs kubectl; never throws for what the API server answers. */
  kubectl(args: readonly string[], input?: unknown, cwd = ROOT): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, KUBECONFIG: this.kubeconfig, HOME: this.folder }; // its discovery cache too
      const options = { env, cwd, signal: this.#signal, maxBuffer: 64 * 2 ** 20 };
      const child = execFile("kubectl", args, options, (error, stdout, stderr) => {
        const status = error === null ? 0 : error.code;
        if (typeof status === "number") resolve({ status, stdout, output: `${stdout}${stderr}` });
        else reject(error ?? new TypeError("expected an exit code"));
      });
      child.stdin?.on("error", () => undefined); // it ended without reading: its status says what happened
      child.stdin?.end(input === undefined ? "" : typeof input === "string" ? input : JSON.stringify(input));
    });
  }

  /** As `kubectl`, for what must succeed. */
  async done(args: readonly string[], input?: unknown): Promise<string> {
    const { status, stdout, output } = await this.kubectl(args, input);
    if (status !== 0) throw new ToolError(`expected kubectl ${args.join(" ")} to succeed:\n${output}`);
    return stdout;
  }

  /** A command as it stands in a page, typed at the root of the repository or of a copy. */
  typed(command: string, cwd = ROOT): Promise<Answer> {
    const [program, ...args] = command.split(" ");
    if (program !== "kubectl") throw new TypeError(`expected kubectl, got ${program}`);
    return this.kubectl(args, undefined, cwd);
  }

  /** Creates an object without storing it: all of admission runs. */
  attempt(object: unknown): Promise<Answer> {
    return this.kubectl(["create", "--dry-run=server", "-f", "-"], object);
  }

  /**
   * Asks again until the answer is as wanted: the API server learns of policies a moment after it has stored them.
   * @throws ToolError with the last answer
   */
  async until(wanted: (answer: Answer) => boolean, ask: () => Promise<Answer>, limitMs = LIMIT_MS): Promise<void> {
    const end = Date.now() + limitMs;
    for (let answer = await ask(); !wanted(answer); answer = await ask()) {
      if (Date.now() > end)
        throw new ToolError(`expected another answer within ${limitMs / 1000} s, the last one was:\n${answer.output}`);
      await delay(100, undefined, { signal: this.#signal });
    }
  }

  /** What the API server wrote down of each request. */
  audit(): { annotations?: Record<string, string>; objectRef?: { name?: string }; user: { username: string } }[] {
    const lines = readFileSync(join(this.folder, "audit.log"), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }
}

/**
 * Starts etcd and kube-apiserver on free loopback ports and waits until the API is ready.
 * @throws ToolError with the last log lines of whichever ended or did not become ready
 */
export async function startApiServer(run: Run, limitMs = LIMIT_MS): Promise<ApiServer> {
  const folder = mkdtempSync(join(run.folder, "api-server-"));
  const etcd = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const data = [`--data-dir=${folder}/etcd`, "--unsafe-no-fsync"]; // nothing here outlives the run
  const clients = [`--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`];
  const peers = [
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
  const store = start(run, "etcd", "etcd", [...data, ...clients, ...peers], join(folder, "etcd.log"));
  await ready(store, "be ready", () => responds(`${etcd}/readyz`, ({ ok }) => ok), limitMs);

  const port = await freePort();
  const token = randomUUID();
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,1,"system:masters"\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  const rules = [{ level: "Metadata", omitStages: ["RequestReceived"], verbs: ["create", "update"] }];
  const auditPolicy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", rules: [...rules, { level: "None" }] };
  writeFileSync(join(folder, "audit.json"), JSON.stringify(auditPolicy));
  const server = `https://127.0.0.1:${port}`;
  const log = join(folder, "kube-apiserver.log");
  const args = [
    `--etcd-servers=${etcd}`,
    `--cert-dir=${folder}/certs`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    "--service-cluster-ip-range=10.96.0.0/24",
    "--authorization-mode=RBAC",
    `--service-account-issuer=${server}/`,
    `--service-account-key-file=${folder}/sa.key`,
    `--service-account-signing-key-file=${folder}/sa.key`,
    `--token-auth-file=${folder}/tokens.csv`,
    "--endpoint-reconciler-type=none",
    `--audit-policy-file=${folder}/audit.json`,
    `--audit-log-path=${folder}/audit.log`,
  ];
  const served = start(run, "kube-apiserver", "kube-apiserver", args, log);
  const api = new ApiServer(folder, run.signal);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proof", cluster: { server, "certificate-authority": `${folder}/certs/apiserver.crt` } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "proof", context: { cluster: "proof", user: "admin" } }],
    "current-context": "proof",
  };
  writeFileSync(api.kubeconfig, JSON.stringify(kubeconfig), { mode: 0o600 });
  const readyz = ["get", "--raw", "/readyz", "--request-timeout=5s"];
  await ready(served, "be ready", async () => (await api.kubectl(readyz)).status === 0, limitMs);
  return api;
}

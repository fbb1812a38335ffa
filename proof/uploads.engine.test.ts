import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { build } from "pipeline/build";
import { dockerArguments, readProfile } from "pipeline/profile";
import { RUN_LABEL, Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "./repository-copy.ts";

// Twenty uploads of 16 MiB at once: 320 MiB for a container of 256 MiB whose only writable place has 64 MiB.
const MiB = 2 ** 20;
const run = new Run("uploads-test");
const image = "hardened-node-api:uploads-test";
const node = "/nodejs/bin/node";

beforeAll(async () => {
  await build(run, "stage-4", { tag: image, bases: join(ROOT, "out/bases.json") });
});

afterAll(() => {
  run.close();
  spawnSync("docker", ["image", "rm", "--force", image]);
});

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A container under the whole profile, answering. */
async function start(...command: string[]) {
  const label = `--label=${RUN_LABEL}=${run.folder}`;
  const options = ["--detach", label, "--publish=127.0.0.1:0:3000", ...dockerArguments(readProfile())];
  const container = docker("run", ...options, image, ...command);
  const port = Number(docker("port", container, "3000").split(":").at(-1));
  await expect.poll(() => upload(port, 1), { timeout: 30_000 }).toBe(200);
  return { container, port, pid: nodeIn(container) };
}

/** Number of the node process, as this machine counts. */
function nodeIn(container: string): number {
  const pid = /^\s*(\d+)\s+\/nodejs/m.exec(docker("top", container, "-o", "pid,args"))?.[1];
  if (pid === undefined) throw new Error("the container has no node process");
  return Number(pid);
}

/** Anonymous memory in bytes; 0 when the process is gone. */
function anonymous(pid: number): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Status of the answer, or the system's code when the connection ended without one. */
async function upload(port: number, size: number): Promise<number | string> {
  const options = { host: "127.0.0.1", port, method: "POST", path: "/v1/digests", agent: false } as const;
  const post = request({ ...options, headers: { "content-length": size } });
  const answer = once(post, "response").then(
    ([response]) => response.resume().statusCode as number,
    (error: NodeJS.ErrnoException) => error.code ?? String(error),
  );
  const chunk = Buffer.alloc(64 * 2 ** 10, "x");
  const sent = pipeline(function* () {
    for (let at = 0; at < size; at += chunk.length) yield chunk.subarray(0, size - at);
  }, post);
  await sent.catch(() => undefined); // refused in the middle: the answer says why
  return await answer;
}

/** Twenty uploads at once, and how far the memory of the process rose above what it was before. */
async function burst({ container, port, pid }: Awaited<ReturnType<typeof start>>) {
  const idle = anonymous(pid);
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymous(pid));
  }, 2);
  const statuses = await Promise.all(Array.from({ length: 20 }, () => upload(port, 16 * MiB)));
  clearInterval(timer);
  const oomKilled = docker("inspect", "--format={{.State.OOMKilled}}", container) === "true";
  return { idle, growth: peak - idle, oomKilled, statuses };
}

test.skipIf(process.platform !== "linux")(
  "twenty uploads of 16 MiB at once: some are digested, the others refused; no OOM, flat memory, nothing left (reads /proc: Linux)",
  async () => {
    const service = await start();
    const { idle, growth, oomKilled, statuses } = await burst(service);
    const count = (status: number) => statuses.filter((each) => each === status).length;
    const seen = [200, 503, 507].map((status) => `${count(status)} × ${status}`).join(", ");
    process.stdout.write(`${seen}; anonymous ${(idle / MiB).toFixed(1)} MiB + ${(growth / MiB).toFixed(1)} MiB\n`);

    expect(statuses.filter((status) => ![200, 503, 507].includes(Number(status)))).toEqual([]);
    expect(count(200)).toBeGreaterThanOrEqual(3); // as many as fit into STAGED_LIMIT_BYTES
    expect(count(200)).toBeLessThan(20);
    expect(oomKilled).toBe(false);
    expect(idle).toBeGreaterThan(MiB);
    expect(growth).toBeLessThanOrEqual(64 * MiB);
    expect(docker("exec", service.container, node, "-p", "fs.readdirSync('/tmp').join()")).toBe("");
    expect(await upload(service.port, 16 * MiB)).toBe(200);
  },
);

test.skipIf(process.platform !== "linux")(
  "a server that keeps uploads in memory is noticed (reads /proc: Linux)",
  async () => {
    const source = `require("http").createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.end();
    }).listen(3000)`;
    const { growth, oomKilled } = await burst(await start(node, "-e", source));
    expect(oomKilled || growth > 64 * MiB).toBe(true);
  },
);

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

// Is memory flat in upload size? Uploads 1 KiB to 256 MiB to a service of its own and reads that process's anonymous
// memory every few milliseconds. Linux only (/proc). Exit 0 flat, 1 not.
const MiB = 2 ** 20;
const sizes = [2 ** 10, 64 * 2 ** 10, MiB, 4 * MiB, 16 * MiB, 64 * MiB, 256 * MiB];
const sampleMs = 5;
// Buffers wait for the garbage collector, so the peak grows a little and then stays: 16 times the bytes may not cost more
// than this. A service that held the 256 MiB in memory would be far beyond it.
const slackBytes = 16 * MiB;

const directory = await mkdtemp(join(tmpdir(), "api-bench-"));
const main = fileURLToPath(new URL("../apps/api/src/main.ts", import.meta.url));
const limits = { UPLOAD_LIMIT_BYTES: `${512 * MiB}`, STAGED_LIMIT_BYTES: `${512 * MiB}` };
const env = { HOST: "127.0.0.1", PORT: "0", ADMIN_PORT: "0", TMPDIR: directory, DRAIN_DELAY_MS: "0", ...limits };
const service = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
try {
  const port = await portOf(service);
  const peaks = new Map<number, number>();
  await peakWhile(upload(port, 16 * MiB)); // compiles the code, so that the first row is not about that
  for (const size of sizes) {
    const peak = await peakWhile(upload(port, size));
    peaks.set(size, peak);
    process.stdout.write(`${megabytes(size).padStart(10)} uploaded, peak RssAnon ${megabytes(peak).padStart(8)}\n`);
  }
  const growth = (peaks.get(256 * MiB) ?? Number.NaN) - (peaks.get(16 * MiB) ?? Number.NaN);
  const flat = growth <= slackBytes;
  process.stdout.write(`${flat ? "flat" : "NOT flat"}: from 16 to 256 MiB the peak changed by ${megabytes(growth)}\n`);
  process.exitCode = flat ? 0 : 1;
} finally {
  service.kill("SIGTERM");
  if (service.exitCode === null) await once(service, "exit");
  await rm(directory, { recursive: true });
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new TypeError("expected a pipe");
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, "line");
  return JSON.parse(line).port;
}

async function upload(port: number, size: number): Promise<void> {
  const chunk = Buffer.alloc(64 * 2 ** 10, "x");
  const post = request({ host: "127.0.0.1", port, method: "POST", path: "/v1/digests" });
  const answered = once(post, "response");
  await pipeline(function* () {
    for (let sent = 0; sent < size; sent += chunk.length) yield chunk.subarray(0, size - sent);
  }, post);
  const [response] = await answered;
  const answer = await json(response);
  if (response.statusCode !== 200)
    throw new Error(`expected 200, got ${response.statusCode}: ${JSON.stringify(answer)}`);
}

/** Highest anonymous memory of the service in bytes, until `work` is done. */
async function peakWhile(work: Promise<void>): Promise<number> {
  let peak = 0;
  const sample = async () => {
    const status = await readFile(`/proc/${service.pid}/status`, "utf8");
    peak = Math.max(peak, Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024);
  };
  const timer = setInterval(() => void sample(), sampleMs);
  try {
    await work;
    await sample();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

function megabytes(bytes: number): string {
  return bytes < MiB && bytes >= 0 ? `${bytes / 2 ** 10} KiB` : `${(bytes / MiB).toFixed(1)} MiB`;
}

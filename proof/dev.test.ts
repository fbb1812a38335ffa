import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { RepositoryCopy } from "./repository-copy.ts";

test("make dev: an edited source file is served after a restart, and Ctrl-C leaves nothing", {
  timeout: 60_000,
}, async () => {
  using copy = new RepositoryCopy();
  copy.install("", "apps/api", "pipeline");
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();

  // In a group of its own, as a terminal has it; without the set-up, which would fetch the linters into the copy.
  const dev = spawn("make", ["--old-file=toolchain", "dev", `PORT=${port}`], {
    cwd: copy.root,
    detached: true,
    env: { ...process.env, TMPDIR: mkdtempSync(join(copy.root, "tmp-")) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(dev.stdout)[Symbol.asyncIterator]();
  const listening = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the service ended");
      if (String(value).includes('"msg":"listening"')) return;
    }
  };
  const health = async () => await (await fetch(`http://127.0.0.1:${port}/health`)).json();

  await listening();
  expect(await health()).toEqual({ status: "ok" });
  copy.replace("apps/api/src/health.ts", 'json({ status: "ok" })', 'json({ status: "edited" })');
  await listening();
  expect(await health()).toEqual({ status: "edited" });

  process.kill(-(dev.pid ?? Number.NaN), "SIGINT");
  await once(dev, "close"); // nobody holds its output any more: make, the watcher and the service are gone
  expect(await health().catch(() => "gone")).toBe("gone");
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { RepositoryCopy, ROOT } from "./repository-copy.ts";

test("make dev: an edited source file is served after a restart, and Ctrl-C leaves nothing", {
  timeout: 60_000,
}, async () => {
  using copy = new RepositoryCopy();
  for (const folder of ["node_modules", "apps/api/node_modules", "pipeline/node_modules"]) {
    symlinkSync(join(ROOT, folder), join(copy.root, folder));
  }
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();

  const dev = spawn(process.execPath, [join(copy.root, "pipeline/dev.ts"), `--port=${port}`], {
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

  dev.kill("SIGINT");
  expect(await once(dev, "exit")).toEqual([130, null]);
  await expect.poll(() => health().catch(() => "gone")).toBe("gone");
  expect(readdirSync(join(copy.root, "out/run"))).toEqual([]);
});

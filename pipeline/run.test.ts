import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

async function run(args: string[], path?: string): Promise<{ status: number; said: string }> {
  const env = path === undefined ? process.env : { ...process.env, PATH: path };
  const child = spawn(process.execPath, [join(import.meta.dirname, "run.ts"), ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = text(child.stderr);
  const [status] = (await once(child, "close")) as [number];
  return { status, said: (await said).trim() };
}

test("a port in use is one sentence that names another", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { status, said } = await run(["image", "--port", String(port)]);
  server.close();
  expect(status).toBe(2);
  expect(said).toBe(`run: 127.0.0.1:${port} is in use: stop what listens there, or choose another: PORT=${port + 1}`);
});

test.each(["0", "65536", "http", "-1"])("port %s is refused with what was expected", async (port) => {
  const { status, said } = await run(["image", `--port=${port}`]);
  expect(status).toBe(2);
  expect(said).toBe(`run: expected a port from 1 to 65535, got "${port}"`);
});

test("no image is a usage error", async () => {
  expect(await run([])).toEqual({
    status: 2,
    said: "run: expected: node pipeline/run.ts IMAGE [--plain] [--port 3000]",
  });
});

test("without an engine one sentence says where to look, and the exit code is 3", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  const { status, said } = await run(["image", `--port=${port}`], "/nonexistent");
  expect(status).toBe(3);
  expect(said).toMatch(/^run: the engine does not answer \(.*\): docker info says why$/);
});

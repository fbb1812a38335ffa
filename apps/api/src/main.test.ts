import { expect, test } from "vitest";
import { RawClient, uploadHead } from "../testing/client.ts";
import { run, startHere, startProcess } from "../testing/service.ts";

const times = { DRAIN_DELAY_MS: "300", SHUTDOWN_DEADLINE_MS: "60000" };

/** An upload that is half sent, to a process. */
async function halfUpload(service: Awaited<ReturnType<typeof startProcess>>): Promise<RawClient> {
  const client = await RawClient.connect(await service.port());
  client.send(uploadHead(4), "ha");
  await service.directory.until(1);
  return client;
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s: the upload in flight is answered, exit 0, nothing left",
  async (signal) => {
    await using service = await startProcess(times);
    await using client = await halfUpload(service);
    service.child.kill(signal);
    await service.log.until("stopped listening");
    client.socket.write("lf");
    await client.until(/"size":4/);
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(await service.directory.files()).toEqual([]);
    expect(await service.stderr).toBe("");
    await service.log.until("stopped"); // the last line is out: logs were flushed
  },
);

test("past the deadline: exit 1, and the staging file is gone", async () => {
  await using service = await startProcess({ DRAIN_DELAY_MS: "0", SHUTDOWN_DEADLINE_MS: "100" });
  await using _client = await halfUpload(service);
  service.child.kill("SIGTERM");
  expect(await service.exited).toEqual({ code: 1, signal: null });
  expect(await service.directory.files()).toEqual([]);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("a second signal (%s) ends it at once: exit %i", async (signal, code) => {
  await using service = await startProcess({ DRAIN_DELAY_MS: "60000" });
  await using _client = await halfUpload(service);
  service.child.kill("SIGTERM");
  await service.log.until("draining: not ready, still serving");
  service.child.kill(signal);
  expect(await service.exited).toEqual({ code, signal: null });
  expect(await service.directory.files()).toEqual([]);
});

test("a signal during the start ends it cleanly, before it listens", async () => {
  // Sends the signal the moment somebody listens for it: as early as one can be caught.
  const early = `process.once("newListener", function wait(event) {
    if (event === "SIGTERM") process.nextTick(() => process.kill(process.pid, event));
    else process.once("newListener", wait);
  })`;
  await using service = await startProcess({}, ["--import", `data:text/javascript,${encodeURIComponent(early)}`]);
  expect(await service.exited).toEqual({ code: 0, signal: null });
  expect(service.log.lines).toEqual([]);
});

const failure = async (env: Record<string, string>) => {
  const { exited, stderr } = run("main", env);
  return { ...(await exited), stderr: await stderr };
};

test("bad values: exit 2, all listed, no stack", async () => {
  const { code, stderr } = await failure({ PORT: "http", LOG_LEVEL: "loud", UPLOAD_LIMIT_BYTES: "" });
  expect(code).toBe(2);
  expect(stderr.trim().split("\n")).toEqual([
    "The environment is not valid:",
    '  PORT: got "http", expected a whole number from 0 to 65535',
    '  LOG_LEVEL: got "loud", expected one of trace, debug, info, warn, error, fatal, silent',
    '  UPLOAD_LIMIT_BYTES: got "", expected a whole number from 1 to 1099511627776',
  ]);
});

test("a TMPDIR that cannot be written: exit 2 with one sentence", async () => {
  const { code, stderr } = await failure({ TMPDIR: "/nonexistent" });
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^TMPDIR: .*ENOENT for "\/nonexistent".*\n$/)]);
});

test("a port in use: exit 2 with one sentence", async () => {
  await using other = await startHere();
  const env = { HOST: "127.0.0.1", PORT: String(other.port), ADMIN_PORT: "0", TMPDIR: other.directory.path };
  const { code, stderr } = await failure(env);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^Cannot listen .* already in use.*\n$/)]);
});

test("what SIGKILL left is swept by the next start, and said", async () => {
  await using killed = await startProcess();
  await using _client = await halfUpload(killed);
  killed.child.kill("SIGKILL");
  await killed.exited;
  expect(await killed.directory.files()).toHaveLength(1);
  await using next = await startProcess({ TMPDIR: killed.directory.path });
  expect(await next.log.until("removed staging files that a killed process left")).toMatchObject({ swept: 1 });
  await next.log.until("listening");
  expect(await killed.directory.files()).toEqual([]);
});

import { createServer } from "node:http";
import { expect, test } from "vitest";
import { listen } from "./listen.ts";

test("gives the port it got", async () => {
  const server = createServer();
  expect(await listen(server, { host: "127.0.0.1", port: 0 })).toBeGreaterThan(0);
  server.close();
});

test("a port in use is one sentence", async () => {
  const first = createServer();
  const port = await listen(first, { host: "127.0.0.1", port: 0 });
  await expect(listen(createServer(), { host: "127.0.0.1", port })).rejects.toMatchObject({
    code: "LISTEN_FAILED",
    message: `Cannot listen on 127.0.0.1 port ${port}: the port is already in use; stop what uses it or set PORT.`,
  });
  first.close();
});

test.each([
  ["EACCES", /not permitted; ports below 1024 .* set PORT/],
  ["EADDRNOTAVAIL", /this machine does not have that address/],
  ["ENOTFOUND", /does not resolve/],
  ["EOTHER", /Cannot listen on 127.0.0.1 port 80: Error: listen EOTHER\./],
])("%s says what to do", async (code, message) => {
  const server = createServer();
  // Whether a low port is refused depends on who runs the test and on the kernel's settings; the error does not.
  server.listen = () => {
    process.nextTick(() => server.emit("error", Object.assign(new Error(`listen ${code}`), { code })));
    return server;
  };
  await expect(listen(server, { host: "127.0.0.1", port: 80 })).rejects.toMatchObject({
    code: "LISTEN_FAILED",
    message: expect.stringMatching(message),
  });
});

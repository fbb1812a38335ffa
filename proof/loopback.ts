import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of a test on loopback; `address` is `127.0.0.1:PORT`. */
export type Loopback = AsyncDisposable & { address: string };

/** Serves until it is disposed, then also ends the connections that are still open. */
export async function serve(listener: RequestListener): Promise<Loopback> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

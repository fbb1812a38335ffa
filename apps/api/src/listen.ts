import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errnoOf, StartError } from "./errors.ts";

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is already in use; stop what uses it or set PORT",
  EACCES: "not permitted; ports below 1024 need a privilege this service should not have, set PORT to 1024 or above",
  EADDRNOTAVAIL: "this machine does not have that address; set HOST",
  ENOTFOUND: "the host name does not resolve; set HOST",
};

/**
 * Listens and gives the port, which matters when `port` was 0.
 * @throws StartError `LISTEN_FAILED` with one sentence
 */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    await once(server.listen({ host, port }), "listening");
  } catch (cause) {
    const reason = reasons[errnoOf(cause) ?? ""] ?? String(cause);
    throw new StartError("LISTEN_FAILED", `Cannot listen on ${host} port ${port}: ${reason}.`, { cause });
  }
  return (server.address() as AddressInfo).port;
}

import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errnoOf, StartError } from "./errors.ts";

const reasons = (prefix: string): Readonly<Record<string, string>> => ({
  EADDRINUSE: `the port is already in use; stop what uses it or set ${prefix}PORT`,
  EACCES: `not permitted; ports below 1024 need a privilege this service should not have, set ${prefix}PORT to 1024 or above`,
  EADDRNOTAVAIL: `this machine does not have that address; set ${prefix}HOST`,
  ENOTFOUND: `the host name does not resolve; set ${prefix}HOST`,
});

/**
 * Listens and gives the port, which matters when `port` was 0.
 * @param prefix of the two settings that name the address, for the message
 * @throws StartError `LISTEN_FAILED` with one sentence
 */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
  prefix: "" | "ADMIN_" = "",
): Promise<number> {
  try {
    await once(server.listen({ host, port }), "listening");
  } catch (cause) {
    const reason = reasons(prefix)[errnoOf(cause) ?? ""] ?? String(cause);
    throw new StartError("LISTEN_FAILED", `Cannot listen on ${host} port ${port}: ${reason}.`, { cause });
  }
  return (server.address() as AddressInfo).port;
}

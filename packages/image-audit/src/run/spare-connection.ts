import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { nameOf, type RequestOptions } from "./http-request.ts";
import type { SigtermTrace } from "./observation.ts";
import { type Patience, poll } from "./poll.ts";
import { NotTriable } from "./rung.ts";

/** Open connections with nothing in flight on them, as load balancers and browsers keep them. */
export type SpareConnections = {
  /** Which of them the app has ended; asked until it has ended all or the time is up. */
  ended: (patience: Patience) => Promise<SigtermTrace["spare"]>;
  destroy: () => void;
};

/**
 * Opens two: one on which a GET was answered, if the app keeps it alive, and one that never sent a request, which Node
 * takes for busy until its time limit for headers.
 * @throws NotTriable when the app takes no connection
 */
export async function openSpares(port: number, path: string, options: RequestOptions): Promise<SpareConnections> {
  const idle = await openIdle(port, path, options);
  const silent = await connected(port);
  const open = [idle, silent].filter((socket) => socket !== null);
  for (const socket of open) {
    socket.on("error", () => undefined); // a reset is an end, too
    socket.resume(); // an end is seen only by who reads
  }
  return {
    ended: async (patience) => {
      await poll(async () => open.every(({ closed }) => closed) || undefined, patience);
      return { idle: idle === null ? null : idle.closed, silent: silent.closed };
    },
    destroy: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Null when the app ends each connection after its answer. */
async function openIdle(port: number, path: string, { timeoutMs, signal }: RequestOptions): Promise<Socket | null> {
  const socket = await connected(port);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const asking = request({
    path,
    createConnection: () => socket, // no agent: it would end the connection itself, just before the app's time limit
    headers: { host: "localhost", connection: "keep-alive" },
  });
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  bounded.addEventListener("abort", () => resolve(false), { once: true });
  asking.on("error", () => resolve(false));
  asking.on("response", (response) => {
    response.on("error", () => resolve(false));
    response.resume().on("end", () => resolve(response.headers.connection !== "close"));
  });
  asking.end();
  if (await promise) return socket;
  socket.destroy();
  return null;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect").catch((cause: Error) => {
    throw new NotTriable(`the app was ready, but took no second connection: ${nameOf(cause)}`, { cause });
  });
  return socket;
}

import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { RequestHandler } from "express";

/** Knows what is in flight and, once draining, lets no connection live on after its answer. */
export class Drain {
  readonly #responses = new Set<ServerResponse>();
  readonly #connections = new Set<Socket>();
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  /** Number of requests whose answer is not out yet. */
  get inFlight(): number {
    return this.#responses.size;
  }

  /** Counts a request as in flight until its answer is out or its client is gone. Must be the first middleware. */
  readonly track: RequestHandler = (_request, response, next) => {
    this.#responses.add(response);
    response.once("close", () => this.#responses.delete(response));
    if (this.draining) response.setHeader("Connection", "close");
    next();
  };

  watch(server: Server): void {
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.once("close", () => this.#connections.delete(socket));
    });
  }

  /** Whether an answer on this connection has begun. */
  hasStarted(connection: unknown): boolean {
    return [...this.#responses].some(({ socket, headersSent }) => socket === connection && headersSent);
  }

  /** From now on every answer closes its connection, also those of requests that came before. */
  begin(): void {
    this.#draining = true;
    for (const response of this.#responses) if (!response.headersSent) response.setHeader("Connection", "close");
  }

  /**
   * Ends connections without a request in flight. server.close() leaves those open that never sent one (a load
   * balancer's spare, a browser's preconnect): Node holds them for active until headersTimeout.
   */
  closeSilent(): void {
    const busy = new Set([...this.#responses].map(({ socket }) => socket));
    for (const connection of this.#connections) if (!busy.has(connection)) connection.destroy();
  }
}

import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A client that speaks bytes, for what no HTTP client would send. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  /** Everything received so far. */
  received = "";
  /** The error that ended the connection, if one did. */
  error: NodeJS.ErrnoException | undefined;
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1").on("data", (text) => {
      this.received += text;
      socket.emit("received");
    });
    socket.on("error", (error) => {
      this.error = error;
    });
    this.closed = new Promise((resolve) => socket.once("close", resolve));
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1" });
    const client = new RawClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Sends a request head and what follows; lines end with CRLF. */
  send(lines: readonly string[], body = ""): this {
    this.socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
    return this;
  }

  /** Waits until what was received matches. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.socket.closed) throw new Error(`closed before ${pattern}; received ${JSON.stringify(this.received)}`);
      await Promise.race([once(this.socket, "received"), this.closed]);
    }
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}

/** The head of an upload of `bytes` bytes. */
export const uploadHead = (bytes: number, ...more: string[]) => [
  "POST /v1/digests HTTP/1.1",
  "Host: test",
  `Content-Length: ${bytes}`,
  ...more,
];

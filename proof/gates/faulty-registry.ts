import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { type Loopback, serve } from "../loopback.ts";

/** What it does with a request instead of passing it on. */
export type Fault = "refuses" | "loses" | "alters";

export type FaultyRegistry = Loopback & {
  /** Which requests it does wrong, by `METHOD path`; undefined: none. Can be changed at any time. */
  fault: ((line: string) => Fault | undefined) | undefined;
  /** What a request waits for before it is passed on; undefined: nothing. */
  hold: ((line: string) => Promise<void> | undefined) | undefined;
  /** What it was asked, `METHOD path` each. */
  asked: string[];
};

/**
 * A registry on loopback in front of another one: it passes everything on, unless told to refuse a request, to lose what
 * it says it stored, or to alter what it gives back.
 * @param behind `127.0.0.1:PORT`
 */
export async function startFaultyRegistry(behind: string): Promise<FaultyRegistry> {
  const server = await serve(async (incoming, answer) => {
    const line = `${incoming.method} ${incoming.url?.split("?")[0]}`;
    registry.asked.push(line);
    await registry.hold?.(line);
    const fault = registry.fault?.(line);
    if (fault === "refuses" || fault === "loses") answerAlone(fault, incoming, answer);
    else passOn(behind, incoming, answer, fault === "alters");
  });
  const registry: FaultyRegistry = { ...server, fault: undefined, hold: undefined, asked: [] };
  return registry;
}

/** Holds requests of a kind until two of them have come: whoever reads before it writes has read by then, both have. */
export function meetingOf(kind: RegExp): (line: string) => Promise<void> | undefined {
  const { promise, resolve } = Promise.withResolvers<void>();
  let come = 0;
  return (line) => {
    if (!kind.test(line)) return undefined;
    come += 1;
    if (come === 2) resolve();
    return promise;
  };
}

function answerAlone(fault: "refuses" | "loses", incoming: IncomingMessage, answer: ServerResponse): void {
  incoming.resume().on("end", () => {
    if (fault === "loses") answer.writeHead(201).end();
    else answer.writeHead(403).end(JSON.stringify({ errors: [{ code: "DENIED", message: "refused by this test" }] }));
  });
}

/** The host stays the one that was asked, so that the registry behind names this one for uploads. */
function passOn(behind: string, incoming: IncomingMessage, answer: ServerResponse, isAltered: boolean): void {
  const [host, port] = behind.split(":");
  const { method, url: path, headers } = incoming;
  const onward = ask({ host, port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    if (!isAltered) return response.pipe(answer);
    let isFirst = true;
    response.on("data", (chunk: Buffer) => {
      if (isFirst) chunk.writeUInt8(chunk.readUInt8(chunk.length - 1) ^ 1, chunk.length - 1);
      isFirst = false;
      answer.write(chunk);
    });
    return response.on("end", () => answer.end());
  });
  onward.on("error", () => answer.destroy());
  incoming.pipe(onward);
}

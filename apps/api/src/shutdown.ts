import { once } from "node:events";
import type { Server } from "node:http";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Drain } from "./drain.ts";

// A request may lie unread in the kernel when we stop listening. A connection that has shown nothing by then has none.
const SILENT_CONNECTION_MS = 250;

// A scrape takes milliseconds; a scraper's idle connection must not hold up the exit.
const ADMIN_CLOSE_MS = 250;

/** What is to be shut down: the API's server with what it has in flight, and the admin port's. */
export type Running = { server: Server; admin: Server; drain: Drain; log: Logger; flush?: () => Promise<void> };

/** Times in milliseconds; the deadline counts from the end of the drain delay. */
export type ShutdownTimes = { drainDelayMs: number; shutdownDeadlineMs: number };

/**
 * Aborts at the first SIGTERM or SIGINT. A second one calls `exit`, because whoever sends it has stopped waiting.
 * Call it before anything that takes time: until then the kernel's default applies, and for PID 1 that is to ignore.
 */
export function stopSignal(exit: (code: number) => never): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) exit(128 + constants.signals[signal]);
      stop.abort(signal);
    });
  }
  return stop.signal;
}

/**
 * Shuts down in order. Readiness goes first and the listening socket later, because load balancers need time to notice.
 * @returns whether every request in flight was answered; false when the deadline cut some
 */
export async function shutdown({ server, admin, drain, log, flush }: Running, times: ShutdownTimes): Promise<boolean> {
  log.info({ drainDelayMs: times.drainDelayMs }, "draining: not ready, still serving");
  drain.begin();
  await delay(times.drainDelayMs);

  const closed = stopListening(server, drain);
  log.info({ inFlight: drain.inFlight }, "stopped listening");
  await Promise.race([closed, delay(times.shutdownDeadlineMs)]);

  const cut = drain.inFlight;
  server.closeAllConnections();
  log[cut === 0 ? "info" : "error"]({ cut }, cut === 0 ? "stopped" : "deadline passed, requests were cut");
  await close(admin); // last, so that the drain could be watched to its end
  await flush?.(); // what the tracing has kept back
  await new Promise<void>((resolve) => log.flush(() => resolve()));
  return cut === 0;
}

async function stopListening(server: Server, drain: Drain): Promise<void> {
  const closed = once(server, "close");
  server.close(); // also closes idle connections
  setTimeout(() => drain.closeSilent(), SILENT_CONNECTION_MS).unref();
  await closed;
}

async function close(admin: Server): Promise<void> {
  const closed = once(admin, "close");
  admin.close();
  await Promise.race([closed, delay(ADMIN_CLOSE_MS)]);
  admin.closeAllConnections();
}

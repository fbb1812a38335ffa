import { inspect } from "node:util";
import type { Logger } from "pino";

/**
 * On an error that nobody caught: one fatal line, then the end. To go on would mean to serve from a state that nobody
 * thought of; an orchestrator starts a clean one. Both events, so that no --unhandled-rejections switch softens it.
 * @param exit ends the process; the log is synchronous, so the line is out by then
 */
export function exitOnUncaught(log: Logger, exit: (code: number) => never): void {
  const end = (origin: string) => (thrown: unknown) => {
    const err = thrown instanceof Error ? thrown : new Error(`thrown: ${inspect(thrown)}`);
    log.fatal({ err, origin }, "uncaught error, exiting");
    exit(1);
  };
  process.on("uncaughtException", end("uncaughtException"));
  process.on("unhandledRejection", end("unhandledRejection"));
}

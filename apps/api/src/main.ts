import { once } from "node:events";
import { readConfig } from "./config.ts";
import { Drain } from "./drain.ts";
import { StartError } from "./errors.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { createApiServer } from "./server.ts";
import { shutdown, stopSignal } from "./shutdown.ts";
import { StagingArea } from "./staging.ts";

// The only place that exits: 0 stopped cleanly, 1 requests were cut or a bug, 2 could not start, 128+n second signal.
const stop = stopSignal((code) => process.exit(code));
try {
  process.exit((await serve()) ? 0 : 1);
} catch (error) {
  if (!(error instanceof StartError)) throw error; // a bug: Node prints the stack and exits 1
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}

/** Serves until a signal. Says whether every request was answered. */
async function serve(): Promise<boolean> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  process.on("uncaughtExceptionMonitor", (error) => log.fatal(error));

  const staging = new StagingArea(config);
  await staging.check();
  process.on("exit", () => staging.removeAll()); // whatever way it ends: deadline, second signal, bug

  const drain = new Drain();
  const server = createApiServer({ drain, log, staging });
  if (stop.aborted) return true;
  log.info({ host: config.host, port: await listen(server, config) }, "listening");
  if (!stop.aborted) await once(stop, "abort");
  return await shutdown(server, drain, log, config);
}

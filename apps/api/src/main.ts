import { once } from "node:events";
import { createAdminServer } from "./admin.ts";
import { Capacity } from "./capacity.ts";
import { readConfig } from "./config.ts";
import { Drain } from "./drain.ts";
import { StartError } from "./errors.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { createApiServer } from "./server.ts";
import { shutdown, stopSignal } from "./shutdown.ts";
import { StagingArea } from "./staging.ts";
import { exitOnUncaught } from "./uncaught.ts";
import { Upstream } from "./upstream.ts";
import { version } from "./version.ts";

// The only place that exits: 0 stopped cleanly, 1 requests were cut or a bug, 2 could not start, 128+n second signal.
const exit = (code: number): never => process.exit(code);
const stop = stopSignal(exit);
try {
  process.exit((await serve()) ? 0 : 1);
} catch (error) {
  if (!(error instanceof StartError)) throw error; // a bug: logged, or printed by Node before there is a log; exit 1
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}

/** Serves until a signal. Says whether every request was answered. */
async function serve(): Promise<boolean> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  exitOnUncaught(log, exit);

  const staging = new StagingArea(config);
  await staging.check();
  const swept = await staging.sweep();
  if (swept > 0) log.warn({ swept }, "removed staging files that a killed process left");
  process.on("exit", () => staging.removeAll()); // whatever way it ends: deadline, second signal, bug

  const { collector, maxInFlight, metricsToken: token, revision, trustProxy } = config;
  await token?.read(); // one that cannot be read is found now, not at the first scrape

  const drain = new Drain();
  const upstream = config.upstream && new Upstream(config.upstream, log);
  const metrics = new Metrics(drain, staging, upstream);
  const capacity = new Capacity(maxInFlight);
  // Loaded only when it is on: what is not loaded has no flaws and takes no memory.
  const tracing = collector === undefined ? {} : (await import("./tracing.ts")).startTracing(collector, log);
  const server = createApiServer({ capacity, drain, log, metrics, staging, trustProxy, upstream, ...tracing });
  const admin = createAdminServer({ log, token, routes: [metrics.route, version(revision)] });
  if (stop.aborted) return true;
  const adminPort = await listen(admin, config.admin, "ADMIN_"); // first: watched from the first request on
  const port = await listen(server, config);
  log.info({ host: config.host, port, adminHost: config.admin.host, adminPort }, "listening");
  if (!stop.aborted) await once(stop, "abort");
  return await shutdown({ server, admin, drain, log, ...tracing }, config);
}

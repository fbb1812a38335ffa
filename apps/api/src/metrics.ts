import type { RequestHandler } from "express";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Drain } from "./drain.ts";
import { type Route, templateOf } from "./route.ts";
import type { StagingArea } from "./staging.ts";
import type { Upstream } from "./upstream.ts";

// Every distinct label value is a time series that stays until the process ends: no label takes what a client chose.
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What Prometheus reads. Rate and errors are the histogram's own count, by status class. */
export class Metrics {
  readonly registry = new Registry();
  readonly #duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "From the end of the request head to the end of the answer; aborted: the client left or was cut",
    labelNames: ["method", "route", "status_class"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
    registers: [this.registry],
  });
  readonly #refused = new Counter({
    name: "http_requests_refused_total",
    help: "Requests that no handler saw: bad framing, too large a head, too slow",
    labelNames: ["status"],
    registers: [this.registry],
  });

  constructor(drain: Drain, staging: Pick<StagingArea, "stagedBytes">, upstream?: Upstream) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge("http_requests_in_flight", "Requests whose answer is not out yet", () => drain.inFlight);
    this.#gauge("http_draining", "1 from the first stop signal on", () => Number(drain.draining));
    this.#gauge("staging_bytes", "Bytes of all uploads that are staged now", () => staging.stagedBytes);
    if (upstream === undefined) return;
    const reachable = () => Number(upstream.lastState === "reachable");
    this.#gauge("upstream_reachable", "Whether the upstream answered when it was last asked", reachable);
  }

  /** Times a request. Must be the first middleware but for the one that counts it as in flight. */
  readonly measure: RequestHandler = (request, response, next) => {
    const start = performance.now();
    response.once("close", () => {
      const method = methods.has(request.method) ? request.method : "other";
      // A whole answer was written; anything else would count an upload that was cut under the default status, 200.
      const status_class = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : "aborted";
      this.#duration.observe({ method, route: templateOf(request), status_class }, (performance.now() - start) / 1000);
    });
    next();
  };

  readonly refused = (status: number): void => this.#refused.inc({ status });

  get route(): Pick<Route, "method" | "path" | "handler"> {
    return {
      method: "get",
      path: "/metrics",
      handler: async (_request, response) => {
        const text = await this.registry.metrics();
        response.setHeader("Content-Type", this.registry.contentType);
        response.end(text);
      },
    };
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

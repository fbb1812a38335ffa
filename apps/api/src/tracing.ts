import { setTimeout as delay } from "node:timers/promises";
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { setGlobalErrorHandler, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import * as resources from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { templateOf } from "./route.ts";

// A collector that does not answer must not hold up the exit: with the other bounds this stays under docker's 10 s.
const FLUSH_MS = 1_000;

/** One server span per request, sent to an OpenTelemetry collector. main.ts imports this file only when there is one. */
export function startTracing(endpoint: string, log: Logger) {
  const lost = (err: unknown) => log.warn({ err }, "spans were lost");
  setGlobalErrorHandler(lost);
  const exporter = new OTLPTraceExporter({ url: endpoint.replace(/\/?$/, "/v1/traces") });
  const detectors = [resources.resourceAttributesEnvDetector, resources.serviceNameEnvDetector]; // standard variables
  const fallback = resources.resourceFromAttributes({ "service.name": "api" });
  const resource = fallback.merge(resources.detectResources({ detectors }));
  const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const propagator = new W3CTraceContextPropagator();
  const open = new Set<() => void>();
  // Attributes: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
  const trace: RequestHandler = (request, response, next) => {
    const { headers, method, path } = request; // no query: it carries tokens
    const attributes = { "http.request.method": method, "url.path": path, "url.scheme": "http" };
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = provider.getTracer("api").startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    response.locals["traceId"] = span.spanContext().traceId;
    const end = () => {
      open.delete(end);
      const route = templateOf(request);
      span.updateName(`${method} ${route}`).setAttribute("http.route", route);
      if (response.headersSent) span.setAttribute("http.response.status_code", response.statusCode);
      const error = response.writableFinished ? response.statusCode >= 500 && `${response.statusCode}` : "aborted";
      if (error) span.setAttribute("error.type", error).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    open.add(end);
    response.once("close", end);
    next();
  };

  const flush = async (): Promise<void> => {
    for (const end of open) end(); // of requests that were cut just now: their sockets are still closing
    const late = delay(FLUSH_MS).then(() => Promise.reject(new Error(`no answer within ${FLUSH_MS} ms`)));
    await Promise.race([provider.shutdown(), late]).catch(lost); // also waits for a batch that is under way
  };
  return { trace, flush };
}

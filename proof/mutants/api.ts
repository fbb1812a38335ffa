import { type Mutant, of } from "./mutant.ts";

const by = (name: string) => ({ test: `apps/api/src/${name}.test.ts` });

export const api: readonly Mutant[] = [
  ...of(
    "apps/api/src/shutdown.ts",
    ["readiness flips first", "  drain.begin();\n", "", by("shutdown")],
    ["drain delay", "  await delay(times.drainDelayMs);\n", "", by("shutdown")],
    ["deadline", "await Promise.race([closed, delay(times.shutdownDeadlineMs)])", "await closed", by("shutdown")],
    ["requests in flight are awaited", "delay(times.shutdownDeadlineMs)", "delay(0)", by("shutdown")],
    ["silent connections are ended", "drain.closeSilent()", "undefined", by("shutdown")],
    ["the admin port closes last", "  drain.begin();\n", "  drain.begin();\n  await close(admin);\n", by("shutdown")],
    ["spans are flushed", "  await flush?.(); // what the tracing has kept back\n", "", by("tracing")],
    ["a cut request is no success", "return cut === 0;", "return true;", by("shutdown")],
    [
      "second signal",
      "if (stop.signal.aborted) exit(128 + constants.signals[signal]);",
      "if (stop.signal.aborted) return;",
      by("main"),
    ],
  ),
  ...of(
    "apps/api/src/drain.ts",
    [
      "Connection: close while draining",
      'if (this.draining) response.setHeader("Connection", "close");',
      "",
      by("shutdown"),
    ],
    [
      "Connection: close on what is in flight",
      'if (!response.headersSent) response.setHeader("Connection", "close")',
      "response.headersSent",
      by("shutdown"),
    ],
  ),
  ...of("apps/api/src/ready.ts", ["503 while draining", "if (drain.draining)", "if (false)", by("ready")]),
  ...of(
    "apps/api/src/capacity.ts",
    ["concurrency cap", "this.#taken >= this.#maxInFlight", "false", by("capacity")],
    ["Retry-After", '      response.setHeader("Retry-After", "1");', "     ", by("capacity")],
    ["a slot is given back", "this.#taken -= 1;", "", by("capacity")],
  ),
  ...of(
    "apps/api/src/staging.ts",
    ["upload limit", "if (bytes > limitBytes)", "if (false)", by("digests")],
    ["staged bytes cap", 'this.#sum("reserved") + more > this.limits.stagedLimitBytes', "false", by("digests")],
    ["staging file removed", "await rm(share.path, { force: true });", "", by("staging")],
    ["exclusive create", '"wx", 0o600', '"w", 0o600', by("staging")],
  ),
  ...of("apps/api/src/uncaught.ts", ["a bug ends the process", "exit(1);", "", by("uncaught")]),
  ...of(
    "apps/api/src/log.ts",
    ["credentials are redacted", "pino({ level, redact }", "pino({ level }", by("log")],
    ["queries are not logged", 'url.split("?", 1)[0]', "url", by("log")],
  ),
  ...of(
    "apps/api/src/tracing.ts",
    ["the flush is bounded", "Promise.race([provider.shutdown(), late])", "provider.shutdown()", by("tracing")],
    ["spans of cut requests end", "for (const end of open) end();", "", by("tracing")],
    ["traceparent", "propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)", "ROOT_CONTEXT", by("tracing")],
  ),
  ...of("apps/api/src/main.ts", [
    "tracing is loaded only when on",
    'collector === undefined ? {} : (await import("./tracing.ts"))',
    'collector === undefined ? void (await import("./tracing.ts")) : (await import("./tracing.ts"))',
    by("tracing"),
  ]),
  ...of("apps/api/src/healthcheck.ts", [
    "health check fails on a bad answer",
    "response.statusCode !== 200",
    "false",
    by("healthcheck"),
  ]),
];

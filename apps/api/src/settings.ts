/**
 * Every environment variable the service reads. docs/api.md carries the same table and a test holds the two equal.
 * No imports: healthcheck.ts reads it too and must start fast and alone.
 */
export const settings = {
  HOST: {
    default: "0.0.0.0",
    meaning: "Address or host name to listen on; the health check needs it to cover 127.0.0.1",
  },
  PORT: { default: "3000", meaning: "TCP port to listen on; 0 takes a free one" },
  ADMIN_HOST: { default: "0.0.0.0", meaning: "Address or host name of the admin port" },
  ADMIN_PORT: { default: "9090", meaning: "TCP port of `/metrics` and `/version`; 0 takes a free one" },
  METRICS_TOKEN: { default: null, meaning: "Bearer token that the admin port asks for; without one it asks for none" },
  METRICS_TOKEN_FILE: { default: null, meaning: "File with that token instead, read again whenever it changes" },
  TMPDIR: { default: "/tmp", meaning: "Directory of the staging files, the only place written to" },
  LOG_LEVEL: { default: "info", meaning: "Least severe level that is logged" },
  MAX_IN_FLIGHT: { default: "64", meaning: "Requests to `/v1` worked on at once; beyond it 503" },
  UPLOAD_LIMIT_BYTES: { default: "16777216", meaning: "Largest upload; beyond it 413" },
  STAGED_LIMIT_BYTES: { default: "50331648", meaning: "All staged bytes together; beyond it 507" },
  TRUST_PROXY: { default: "0", meaning: "Proxies in front, whose `X-Forwarded-For` entries are believed" },
  UPSTREAM_URL: { default: null, meaning: "https URL that `/ready` must have reached once; without one nothing" },
  UPSTREAM_TIMEOUT_MS: { default: "500", meaning: "How long the upstream may take to answer" },
  UPSTREAM_INTERVAL_MS: { default: "5000", meaning: "How old its last answer may be before it is asked again" },
  OTEL_EXPORTER_OTLP_ENDPOINT: { default: null, meaning: "OpenTelemetry collector (OTLP, HTTP); without one no spans" },
  DRAIN_DELAY_MS: { default: "3000", meaning: "After a signal: how long to keep serving while readiness answers 503" },
  SHUTDOWN_DEADLINE_MS: { default: "5000", meaning: "After the drain delay: how long requests in flight may take" },
  REVISION: { default: "unknown", meaning: "Commit the image was made from, for `/version`; the build sets it" },
} as const;

export type SettingName = keyof typeof settings;

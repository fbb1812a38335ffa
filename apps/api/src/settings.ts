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
  TMPDIR: { default: "/tmp", meaning: "Directory of the staging files, the only place written to" },
  LOG_LEVEL: { default: "info", meaning: "Least severe level that is logged" },
  UPLOAD_LIMIT_BYTES: { default: "16777216", meaning: "Largest upload; beyond it 413" },
  STAGED_LIMIT_BYTES: { default: "50331648", meaning: "All staged bytes together; beyond it 507" },
  DRAIN_DELAY_MS: { default: "3000", meaning: "After a signal: how long to keep serving while readiness answers 503" },
  SHUTDOWN_DEADLINE_MS: { default: "5000", meaning: "After the drain delay: how long requests in flight may take" },
} as const;

export type SettingName = keyof typeof settings;

import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const problemsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toMatchObject({ name: "StartError", code: "CONFIG_INVALID" });
    return String(error);
  }
  return "";
};

test("an empty environment gives the documented defaults", () => {
  expect(readConfig({})).toEqual({
    host: "0.0.0.0",
    port: 3000,
    admin: { host: "0.0.0.0", port: 9090 },
    tmpdir: "/tmp",
    logLevel: "info",
    maxInFlight: 64,
    uploadLimitBytes: 16 * 2 ** 20,
    stagedLimitBytes: 48 * 2 ** 20,
    trustProxy: 0,
    drainDelayMs: 3000,
    shutdownDeadlineMs: 5000,
    revision: "unknown",
  });
});

test("every value is read from its own variable", () => {
  const environment = {
    HOST: "::1",
    PORT: "8080",
    ADMIN_HOST: "127.0.0.1",
    ADMIN_PORT: "8081",
    TMPDIR: "/scratch",
    LOG_LEVEL: "debug",
    MAX_IN_FLIGHT: "5",
    UPLOAD_LIMIT_BYTES: "1",
    STAGED_LIMIT_BYTES: "2",
    TRUST_PROXY: "3",
    UPSTREAM_URL: "https://upstream.test/ready",
    UPSTREAM_TIMEOUT_MS: "6",
    UPSTREAM_INTERVAL_MS: "7",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.test:4318",
    DRAIN_DELAY_MS: "0",
    SHUTDOWN_DEADLINE_MS: "4",
    REVISION: "abc",
  };
  const admin = { host: "127.0.0.1", port: 8081 };
  const upstream = { url: "https://upstream.test/ready", timeoutMs: 6, intervalMs: 7 };
  const { metricsToken: _none, ...config } = readConfig(environment);
  const collector = "http://collector.test:4318";
  const rest = ["/scratch", "debug", 5, 1, 2, 3, upstream, collector, 0, 4, "abc"];
  expect(Object.values(config)).toEqual(["::1", 8080, admin, ...rest]);
});

test("all problems are listed, each with name, value and expectation", () => {
  const message = problemsOf({ HOST: "a b", PORT: "70000", TMPDIR: "tmp", LOG_LEVEL: "loud", DRAIN_DELAY_MS: "soon" });
  expect(message).toContain('HOST: got "a b", expected an IP address or a host name');
  expect(message).toContain('PORT: got "70000", expected a whole number from 0 to 65535');
  expect(message).toContain('TMPDIR: got "tmp", expected an absolute path');
  expect(message).toContain('LOG_LEVEL: got "loud", expected one of trace, debug');
  expect(message).toContain('DRAIN_DELAY_MS: got "soon", expected a whole number from 0 to 600000');
  expect(message.split("\n")).toHaveLength(6);
});

test.each(["", " 3", "0x10", "1e3", "-1", "3.5", "99999999999999999999"])("%j is no whole number", (value) => {
  expect(problemsOf({ UPLOAD_LIMIT_BYTES: value })).toContain(`UPLOAD_LIMIT_BYTES: got ${JSON.stringify(value)}`);
});

test("a secret is the variable or the file, not both, and its value is in no message", () => {
  expect(readConfig({})).not.toHaveProperty("metricsToken.read");
  expect(readConfig({ METRICS_TOKEN: "x" }).metricsToken).toBeDefined();
  const message = problemsOf({ METRICS_TOKEN: "hunter2", METRICS_TOKEN_FILE: "/run/token" });
  expect(message).toContain("only one of METRICS_TOKEN and METRICS_TOKEN_FILE");
  expect(problemsOf({ METRICS_TOKEN: "" })).toContain("METRICS_TOKEN");
  expect(problemsOf({ METRICS_TOKEN_FILE: "token" })).toContain("expected an absolute path");
  expect(message).not.toContain("hunter2");
});

test.each(["collector:4318", "grpc://collector:4317", "http://user:s3cret@collector"])(
  "%s is no collector",
  (value) => {
    const message = problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: value });
    expect(message).toContain("expected an http or https URL without user, password and fragment");
    expect(message).not.toContain("s3cret");
  },
);

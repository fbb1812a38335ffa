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
    tmpdir: "/tmp",
    logLevel: "info",
    uploadLimitBytes: 16 * 2 ** 20,
    stagedLimitBytes: 48 * 2 ** 20,
    drainDelayMs: 3000,
    shutdownDeadlineMs: 5000,
  });
});

test("every value is read from its own variable", () => {
  const environment = {
    HOST: "::1",
    PORT: "8080",
    TMPDIR: "/scratch",
    LOG_LEVEL: "debug",
    UPLOAD_LIMIT_BYTES: "1",
    STAGED_LIMIT_BYTES: "2",
    DRAIN_DELAY_MS: "0",
    SHUTDOWN_DEADLINE_MS: "4",
  };
  expect(Object.values(readConfig(environment))).toEqual(["::1", 8080, "/scratch", "debug", 1, 2, 0, 4]);
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

import { z } from "zod";
import { StartError } from "./errors.ts";
import { Secret } from "./secret.ts";
import { type SettingName, settings } from "./settings.ts";

// Messages say what is expected; readConfig puts the name and the value in front.
const wholeNumber = (min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, expected) // not Number() alone, which takes "", " 3", "0x10" and "1e3"
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
};
const bytes = wholeNumber(1, 2 ** 40);
const milliseconds = wholeNumber(0, 600_000);
const address = z.union([z.ipv4(), z.ipv6(), z.hostname()], "an IP address or a host name");
const port = wholeNumber(0, 65_535);
const revision = z.string().regex(/^[\w.+-]{1,128}$/, "a commit");
const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const url = (protocol: RegExp, expected: string) => {
  const isUrl = (text: string): boolean => {
    const parsed = URL.parse(text);
    return parsed !== null && protocol.test(parsed.protocol) && parsed.username + parsed.password + parsed.hash === "";
  };
  return z.string().refine(isUrl, `${expected} without user, password and fragment`).optional();
};

const upstream = (url: string | undefined, timeoutMs: number, intervalMs: number) =>
  url === undefined ? undefined : { url, timeoutMs, intervalMs };

const secret = (name: string, value: string | undefined, path: string | undefined): Secret | undefined => {
  if (value !== undefined) return new Secret(name, { value });
  return path === undefined ? undefined : new Secret(name, { path });
};

const Environment = z
  .object({
    HOST: address.prefault(settings.HOST.default),
    PORT: port.prefault(settings.PORT.default),
    ADMIN_HOST: address.prefault(settings.ADMIN_HOST.default),
    ADMIN_PORT: port.prefault(settings.ADMIN_PORT.default),
    METRICS_TOKEN: z.string().min(1, "a token, or no such variable").optional(),
    METRICS_TOKEN_FILE: z.string().startsWith("/", "an absolute path").optional(),
    TMPDIR: z.string().startsWith("/", "an absolute path").prefault(settings.TMPDIR.default),
    LOG_LEVEL: z.enum(levels, `one of ${levels.join(", ")}`).prefault(settings.LOG_LEVEL.default),
    MAX_IN_FLIGHT: wholeNumber(1, 65_535).prefault(settings.MAX_IN_FLIGHT.default),
    UPLOAD_LIMIT_BYTES: bytes.prefault(settings.UPLOAD_LIMIT_BYTES.default),
    STAGED_LIMIT_BYTES: bytes.prefault(settings.STAGED_LIMIT_BYTES.default),
    TRUST_PROXY: wholeNumber(0, 16).prefault(settings.TRUST_PROXY.default),
    UPSTREAM_URL: url(/^https:$/, "an https URL"),
    UPSTREAM_TIMEOUT_MS: wholeNumber(1, 60_000).prefault(settings.UPSTREAM_TIMEOUT_MS.default),
    UPSTREAM_INTERVAL_MS: milliseconds.prefault(settings.UPSTREAM_INTERVAL_MS.default),
    OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?:$/, "an http or https URL"),
    DRAIN_DELAY_MS: milliseconds.prefault(settings.DRAIN_DELAY_MS.default),
    SHUTDOWN_DEADLINE_MS: milliseconds.prefault(settings.SHUTDOWN_DEADLINE_MS.default),
    REVISION: revision.prefault(settings.REVISION.default),
  } satisfies Record<SettingName, z.ZodType>)
  .refine((both) => both.METRICS_TOKEN === undefined || both.METRICS_TOKEN_FILE === undefined, {
    error: "only one of METRICS_TOKEN and METRICS_TOKEN_FILE",
    path: ["METRICS_TOKEN_FILE"],
  })
  .transform((environment) => ({
    host: environment.HOST,
    port: environment.PORT,
    admin: { host: environment.ADMIN_HOST, port: environment.ADMIN_PORT },
    metricsToken: secret("METRICS_TOKEN", environment.METRICS_TOKEN, environment.METRICS_TOKEN_FILE),
    tmpdir: environment.TMPDIR,
    logLevel: environment.LOG_LEVEL,
    maxInFlight: environment.MAX_IN_FLIGHT,
    uploadLimitBytes: environment.UPLOAD_LIMIT_BYTES,
    stagedLimitBytes: environment.STAGED_LIMIT_BYTES,
    trustProxy: environment.TRUST_PROXY,
    upstream: upstream(environment.UPSTREAM_URL, environment.UPSTREAM_TIMEOUT_MS, environment.UPSTREAM_INTERVAL_MS),
    collector: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    drainDelayMs: environment.DRAIN_DELAY_MS,
    shutdownDeadlineMs: environment.SHUTDOWN_DEADLINE_MS,
    revision: environment.REVISION,
  }));

/** The validated environment. Sizes in bytes, times in milliseconds. */
export type Config = z.infer<typeof Environment>;

/**
 * Reads and validates the environment; unset means default, an empty value is a bad value.
 * @throws StartError `CONFIG_INVALID`: its message lists every problem, one a line, with name, value and expectation
 */
export function readConfig(
  // biome-ignore lint/style/noProcessEnv: the service's only reader of the environment
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const { data, error } = Environment.safeParse(environment);
  if (error === undefined) return data;
  const problems = error.issues.map(({ path: [name], message }) => {
    const got = environment[String(name)]?.replace(/\/\/.*@/, "//…@"); // a URL's password belongs in no message
    return `  ${String(name)}: got ${JSON.stringify(got)}, expected ${message}`;
  });
  throw new StartError("CONFIG_INVALID", `The environment is not valid:\n${problems.join("\n")}`);
}

import { z } from "zod";
import type { Digest } from "../outcome.ts";
import type { ImageConfig } from "./observation.ts";

const strings = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const duration = z.number().optional();
const digest = z.custom<Digest>((value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value));

/** The configuration as stored: https://github.com/moby/docker-image-spec/blob/main/spec.md#image-json-description */
export const StoredConfig = z.object({
  architecture: z.string(),
  os: z.string(),
  created: z.string().nullish(),
  config: z
    .object({
      User: z.string().nullish(),
      Env: strings,
      Entrypoint: strings,
      Cmd: strings,
      WorkingDir: z.string().nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      StopSignal: z.string().nullish(),
      Healthcheck: z
        .object({ Test: strings, Interval: duration, Timeout: duration, Retries: z.number().optional() })
        .nullish(),
    })
    .prefault({}),
  rootfs: z.object({ diff_ids: z.array(digest) }),
  history: z
    .array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() }))
    .nullish()
    .transform((list) => list ?? []),
});
export type StoredConfig = z.infer<typeof StoredConfig>;

/** The part of a stored configuration that an observation keeps, times in milliseconds. */
export function imageConfig(stored: StoredConfig): ImageConfig {
  const { config } = stored;
  return {
    architecture: stored.architecture,
    os: stored.os,
    created: stored.created ?? null,
    user: config.User ?? "",
    env: Object.fromEntries(config.Env.map(variable)),
    entrypoint: config.Entrypoint,
    cmd: config.Cmd,
    workingDir: config.WorkingDir || "/",
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    labels: config.Labels ?? {},
    stopSignal: config.StopSignal ?? null,
    healthcheck: healthcheck(config.Healthcheck),
    history: history(stored),
  };
}

function variable(line: string): [string, string] {
  const end = line.indexOf("=");
  return end === -1 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
}

function healthcheck(stored: StoredConfig["config"]["Healthcheck"]): ImageConfig["healthcheck"] {
  // An empty test means "as in the base": in a final configuration there is nothing to inherit from.
  if (stored == null || stored.Test.length === 0) return null;
  return {
    test: stored.Test,
    ...(stored.Interval ? { intervalMs: stored.Interval / 1e6 } : {}),
    ...(stored.Timeout ? { timeoutMs: stored.Timeout / 1e6 } : {}),
    ...(stored.Retries ? { retries: stored.Retries } : {}),
  };
}

function history({ history: entries, rootfs }: StoredConfig): ImageConfig["history"] {
  // Squashed and rebuilt images may have more layers than history, or none: then no line can be given to a layer.
  const matches = entries.filter((entry) => !entry.empty_layer).length === rootfs.diff_ids.length;
  let next = 0;
  return entries.map((entry) => ({
    instruction: entry.created_by ?? "",
    layer: matches && !entry.empty_layer ? (rootfs.diff_ids[next++] ?? null) : null,
  }));
}

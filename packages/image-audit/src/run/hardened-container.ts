import type { HostConfig } from "dockerode";
import { GenericContainer, PullPolicy, type WaitStrategy } from "testcontainers";
import type { Profile } from "../profile.ts";

/** Readiness is polled by the probe: a strategy that fails would remove the container, its log and its exit code. */
const startedIsEnough: WaitStrategy = {
  waitUntilReady: async () => undefined,
  withStartupTimeout: () => startedIsEnough,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

const nanoseconds = 1_000_000; // of a millisecond: the unit of the engine

/** A health check as the engine takes it; times in milliseconds. */
export type HealthOverride = { test: string[]; intervalMs: number; timeoutMs: number; retries: number };

/**
 * The profile as the engine's HostConfig: what `docker run --read-only --tmpfs … --cap-drop ALL …` would set.
 * The user is not part of it: it belongs to the container's own configuration.
 */
export function hostConfigOf(profile: Profile): HostConfig {
  const { tmpfs } = profile;
  return {
    ReadonlyRootfs: profile.readOnlyRootFilesystem,
    Tmpfs: { [tmpfs.path]: ["rw", ...tmpfs.options, `size=${tmpfs.sizeBytes}`, `mode=${tmpfs.mode}`].join(",") },
    CapDrop: profile.dropCapabilities,
    SecurityOpt: profile.noNewPrivileges ? ["no-new-privileges"] : [],
    Memory: profile.memoryBytes,
    MemorySwap: profile.memoryBytes, // equal to Memory: no swap, so that the limit is the limit
    NanoCpus: Math.round(profile.cpus * 1e9),
    PidsLimit: profile.pidsLimit,
    Sysctls: profile.sysctls,
    Ulimits: Object.entries(profile.ulimits).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit })),
  };
}

/**
 * One container of a probe. It is never pulled, never handed to a reaper, and reachable from this machine only.
 * `created` settles as soon as the engine knows the container, so that it can be removed whatever happens next.
 */
export class HardenedContainer extends GenericContainer {
  readonly #created = Promise.withResolvers<string>();

  constructor(image: string) {
    super(image);
    this.withAutoCleanup(false)
      .withPullPolicy(PullPolicy.neverPull())
      .withWaitStrategy(startedIsEnough)
      .withDefaultLogDriver(); // an engine-wide log driver may not give the log back
  }

  /** The engine's ID of the container, once there is one. */
  get created(): Promise<string> {
    return this.#created.promise;
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#created.resolve(id);
  }

  /** Adds engine settings for which testcontainers has no method. Later ones win. */
  withHostConfig(settings: HostConfig): this {
    Object.assign(this.hostConfig, settings);
    return this;
  }

  withProfile(profile: Profile): this {
    return this.withHostConfig(hostConfigOf(profile)).withUser(profile.user);
  }

  /** Read-only root with one writable tmpfs. */
  withReadOnlyRoot(tmpfsPath: string): this {
    const tmpfs = { [tmpfsPath]: "rw,noexec,nosuid,nodev,size=67108864,mode=1777" };
    return this.withHostConfig({ ReadonlyRootfs: true, Tmpfs: { ...tmpfs, ...this.hostConfig.Tmpfs } });
  }

  /** Publishes a port on the loopback address: an image under test is nobody else's to reach. */
  withLoopbackPort(port: number): this {
    this.withExposedPorts(port);
    const bindings = { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "0" }] };
    return this.withHostConfig({ PortBindings: { ...this.hostConfig.PortBindings, ...bindings } });
  }

  /** Runs the image's own health check, at other times. */
  withHealthOverride({ test, intervalMs, timeoutMs, retries }: HealthOverride): this {
    const [Interval, Timeout] = [intervalMs * nanoseconds, timeoutMs * nanoseconds];
    this.createOpts.Healthcheck = { Test: test, Interval, Timeout, Retries: retries };
    return this;
  }
}

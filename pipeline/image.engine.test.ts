import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "./bake.ts";
import { buildShipped } from "./build.ts";
import { dockerArguments, readProfile } from "./profile.ts";
import { RUN_LABEL, Run, removeStarted } from "./started.ts";

// What a team that keeps only the core still proves of its image.
const run = new Run("image-test");
const image = "hardened-node-api:image-test";
const file = join(ROOT, "out/bases.json");

beforeAll(async () => {
  await buildShipped(run, { tag: image, bases: existsSync(file) ? file : undefined });
});

afterAll(() => {
  docker("compose", "--project-name", run.id, "down");
  run.close();
  spawnSync("docker", ["image", "rm", "--force", image]);
});

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8" }).trim();
}

function start(...more: string[]): string {
  const label = `--label=${RUN_LABEL}=${run.folder}`;
  return docker("run", "--detach", label, ...dockerArguments(readProfile()), ...more, image);
}

/** Waits for the engine's own events, not for time to pass. */
async function untilHealthy(container: string): Promise<void> {
  const filters = [`container=${container}`, "event=health_status", "event=die"].map((filter) => `--filter=${filter}`);
  const events = run.spawn("docker", ["events", "--since=0", "--format={{.Action}}", ...filters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (events.stdout === null) throw new TypeError("docker events has no output");
  const [action] = (await once(createInterface(events.stdout), "line")) as [string];
  events.kill();
  expect(action).toBe("health_status: healthy");
}

test("under the whole profile the image becomes healthy by its own check and stops cleanly", async () => {
  const container = start("--health-interval=500ms");
  await untilHealthy(container);
  docker("stop", "--time=10", container);
  expect(docker("inspect", "--format={{.State.ExitCode}}", container)).toBe("0");
});

test("tracing finds its packages in the image, and a collector that is not there costs no request and no exit", async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", DRAIN_DELAY_MS: "0", LOG_LEVEL: "debug" };
  const container = start(
    "--health-interval=500ms",
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
  );
  await untilHealthy(container);
  docker("stop", "--time=10", container);
  expect(docker("inspect", "--format={{.State.ExitCode}}", container)).toBe("0");
  const log = docker("logs", container);
  expect(log).toMatch(/"trace_id":"[0-9a-f]{32}"/);
  expect(log).toContain("spans were lost");
});

test("what the engine was told is the profile, field by field", () => {
  const profile = readProfile();
  const [inspected] = JSON.parse(docker("inspect", start())) as [
    { Config: { User: string }; HostConfig: Record<string, unknown> },
  ];
  expect(inspected.Config.User).toBe(profile.user);
  expect(inspected.HostConfig).toMatchObject({
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Memory: profile.memoryBytes,
    MemorySwap: profile.memoryBytes,
    NanoCpus: profile.cpus * 1e9,
    PidsLimit: profile.pidsLimit,
    Sysctls: profile.sysctls,
    Privileged: false,
  });
  expect(Object.keys(inspected.HostConfig["Tmpfs"] as object)).toEqual([profile.tmpfs.path]);
});

test("removal by label takes the containers of one run and no others", () => {
  const other = new Run("image-test-other");
  const mine = start();
  const foreign = docker("run", "--detach", `--label=${RUN_LABEL}=${other.folder}`, image);
  expect(removeStarted(other.id)).toEqual([`container ${foreign.slice(0, 12)}`]);
  const left = docker("container", "ls", "--all", "--quiet", "--no-trunc", `--filter=label=${RUN_LABEL}=${run.folder}`);
  expect(left.split("\n")).toContain(mine);
  other.close();
});

/** What the engine was told of a container, without what tells two ways of starting one apart. */
function hostConfig(container: string): Record<string, unknown> {
  const [{ HostConfig }] = JSON.parse(docker("inspect", container)) as [{ HostConfig: Record<string, unknown> }];
  const { AutoRemove, NetworkMode, PortBindings, ...rest } = HostConfig; // --rm; the project's own bridge; the port
  expect(NetworkMode).not.toBe("host");
  const ports = Object.entries(PortBindings as Record<string, { HostIp: string }[]>);
  const published = ports.map(([port, bindings]) => [port, ...bindings.map(({ HostIp }) => HostIp)]);
  const entries = Object.entries(rest).map(([name, value]) => [name, value ?? []]); // Compose leaves out, docker run sends []
  return { ...Object.fromEntries(entries), published };
}

test("docker compose up is what make run starts: same HostConfig, healthy, and down leaves nothing", async () => {
  const made = run.spawn(process.execPath, [join(ROOT, "pipeline/run.ts"), image, `--port=${await freePort()}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (made.stdout === null) throw new TypeError("make run has no output");
  const lines = createInterface(made.stdout);
  const [command] = (await once(lines, "line")) as [string];
  await once(lines, "line"); // the app speaks: the container is there
  const byMake = hostConfig(/--name=(\S+)/.exec(command)?.[1] ?? "");
  made.kill("SIGINT");

  const compose = (...args: string[]) => {
    const options = { cwd: ROOT, encoding: "utf8", env: { ...process.env, IMAGE: image, PORT: "0" } } as const;
    return execFileSync("docker", ["compose", "--project-name", run.id, ...args], options).trim();
  };
  compose("up", "--detach", "--wait");
  const container = compose("ps", "--quiet");
  expect(hostConfig(container)).toEqual(byMake);
  expect(byMake).toMatchObject({ published: [["3000/tcp", "127.0.0.1"]], ReadonlyRootfs: true });
  expect(docker("inspect", "--format={{.State.Health.Status}} {{.Config.User}}", container)).toBe(
    "healthy 65532:65532",
  );
  await once(made, "exit");

  compose("down");
  for (const kind of ["container", "network", "volume"]) {
    const all = kind === "container" ? ["--all"] : [];
    expect(docker(kind, "ls", "--quiet", ...all, `--filter=label=com.docker.compose.project=${run.id}`)).toBe("");
  }
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

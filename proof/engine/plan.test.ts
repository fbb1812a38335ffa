import { describe, expect, test } from "vitest";
import type { EngineFacts } from "./facts.ts";
import { diagnose, planOf } from "./plan.ts";

/** A Debian 12 as root with all that is needed. */
const GOOD: EngineFacts = {
  platform: "linux",
  root: true,
  distribution: { id: "debian", codename: "bookworm" },
  systemd: false,
  client: true,
  daemon: true,
  server: "26.1.5+dfsg1",
  refusal: "",
  buildx: "0.13.1+ds1",
  compose: "2.26.1-4",
  mmdebstrap: true,
  freeBytes: 50e9,
  dataRoot: "/var/lib/docker",
};
const NO_SOCKET = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
const DENIED = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
const stopped = { server: null, refusal: NO_SOCKET };
const bare = { ...stopped, daemon: false, buildx: null, compose: null, mmdebstrap: false };
const laptop = { root: false, distribution: { id: "ubuntu", codename: "noble" }, mmdebstrap: false };
const facts = (change: Partial<EngineFacts>): EngineFacts => ({ ...GOOD, ...change });

describe("what the set-up does", () => {
  test.each<[string, Partial<EngineFacts>, object]>([
    ["all there: nothing", {}, { action: "nothing" }],
    ["a laptop with an engine: nothing", laptop, { action: "nothing" }],
    ["bare Debian 12, root: install", bare, { action: "install", part: "engine", why: "no engine here" }],
    [
      "bare Debian 13, root: install",
      { ...bare, distribution: { id: "debian", codename: "trixie" } },
      { action: "install", part: "engine", why: "no engine here" },
    ],
    ["stopped, root: start", stopped, { action: "start", why: "installed and stopped" }],
    [
      "no buildx, root on Debian: that alone",
      { buildx: null },
      { action: "install", part: "buildx", why: "the docker client has no buildx plugin" },
    ],
    [
      "no mmdebstrap, root on Debian: that alone",
      { mmdebstrap: false },
      { action: "install", part: "mmdebstrap", why: "mmdebstrap is not here: bases cannot be rebuilt, only pulled" },
    ],
    ["no mmdebstrap, not root: bases can still be pulled", { root: false, mmdebstrap: false }, { action: "nothing" }],
    ["no compose: not in the way", { compose: null }, { action: "nothing" }],
  ])("%s", (_, change, plan) => {
    expect(planOf(facts(change))).toEqual(plan);
  });
});

describe("trouble is one sentence with what to do", () => {
  test.each<[string, Partial<EngineFacts>, string]>([
    [
      "missing, laptop",
      { ...bare, ...laptop, client: false },
      "no Docker engine is installed: install Docker Engine with buildx (https://docs.docker.com/engine/install/) and start it",
    ],
    [
      "missing, Debian but not root",
      { ...bare, root: false },
      "no Docker engine is installed: install Docker Engine with buildx (https://docs.docker.com/engine/install/) and start it",
    ],
    [
      "missing, Debian 11",
      { ...bare, distribution: { id: "debian", codename: "bullseye" } },
      "no Docker engine is installed: install Docker Engine with buildx (https://docs.docker.com/engine/install/) and start it",
    ],
    [
      "missing, macOS",
      { ...bare, platform: "darwin", root: false, distribution: null },
      "no Docker engine answers on this Mac: install Docker Desktop or Colima and start it",
    ],
    [
      "macOS as root is never installed on",
      { ...bare, platform: "darwin", distribution: null },
      "no Docker engine answers on this Mac: install Docker Desktop or Colima and start it",
    ],
    [
      "stopped, not root",
      { ...stopped, root: false },
      "the Docker engine is installed and stopped: sudo systemctl start docker",
    ],
    [
      "no permission",
      { server: null, refusal: DENIED, root: false },
      "the engine refuses this user (permission denied on its socket): sudo usermod -aG docker $USER, then log in again",
    ],
    [
      "another machine's engine",
      {
        server: null,
        refusal: "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?",
      },
      "the engine that DOCKER_HOST or the docker context names does not answer: start it, or unset DOCKER_HOST",
    ],
    [
      "old engine",
      { server: "20.10.24+dfsg1" },
      "Docker Engine 20.10.24+dfsg1 is too old, 23 or newer is needed: update it with your system's package manager",
    ],
    [
      "no buildx, laptop",
      { ...laptop, buildx: null },
      "the docker client has no buildx plugin: install the docker-buildx plugin (https://docs.docker.com/build/install-buildx/)",
    ],
    [
      "old buildx",
      { buildx: "v0.9.1" },
      "buildx v0.9.1 is too old, 0.10 or newer is needed: update the docker-buildx plugin",
    ],
    [
      "no disk",
      { freeBytes: 5.9e9 },
      "5.9 GB free at /var/lib/docker, 6 GB are needed: free some (docker system df shows what images use)",
    ],
    [
      "no disk before an installation",
      { ...bare, freeBytes: 1e9 },
      "1.0 GB free at /var/lib/docker, 6 GB are needed: free some (docker system df shows what images use)",
    ],
  ])("%s", (_, change, message) => {
    expect(planOf(facts(change))).toEqual({ action: "refuse", message });
    expect(message).not.toContain("\n");
  });
});

describe("the doctor", () => {
  test("finds nothing where all is there", () => {
    expect(diagnose(GOOD).map(({ name, ok, fix }) => [name, ok, fix])).toEqual([
      ["engine", true, ""],
      ["buildx", true, ""],
      ["compose", true, ""],
      ["disk", true, ""],
      ["mmdebstrap", true, ""],
    ]);
  });

  test("says what is missing and how to get it", () => {
    const found = diagnose(facts(bare)).filter(({ ok }) => !ok);
    expect(found.map(({ name, fix }) => [name, fix])).toEqual([
      ["engine", "make setup installs it from the distribution"],
      ["buildx", "make setup installs docker-buildx"],
      ["compose", "install the docker-compose plugin"],
      ["mmdebstrap", "make setup installs it"],
    ]);
    expect(diagnose(facts({ ...bare, root: false })).find(({ name }) => name === "mmdebstrap")?.fix).toBe(
      "sudo apt-get install mmdebstrap",
    );
    expect(diagnose(facts(stopped))[0]).toMatchObject({ ok: false, fix: "make setup starts it" });
  });

  test("does not ask for mmdebstrap where it cannot work, nor for disk it cannot see", () => {
    const found = diagnose(facts({ ...laptop, freeBytes: null }));
    expect(found.every(({ ok }) => ok)).toBe(true);
    expect(found.map(({ message }) => message)).toContain("disk not measured: the engine keeps its images elsewhere");
  });
});

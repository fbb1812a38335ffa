import { expect, test } from "vitest";
import type { Profile } from "../profile.ts";
import { hostConfigOf } from "./hardened-container.ts";

const profile: Profile = {
  schemaVersion: 1,
  user: "65532:65532",
  readOnlyRootFilesystem: true,
  tmpfs: { path: "/tmp", sizeBytes: 1_048_576, mode: "1777", options: ["noexec", "nosuid"] },
  dropCapabilities: ["ALL"],
  noNewPrivileges: true,
  memoryBytes: 268_435_456,
  cpus: 0.1,
  pidsLimit: 64,
  sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
  ulimits: { core: 0 },
};

test("a profile becomes the engine's settings, swap included", () => {
  expect(hostConfigOf(profile)).toEqual({
    ReadonlyRootfs: true,
    Tmpfs: { "/tmp": "rw,noexec,nosuid,size=1048576,mode=1777" },
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Memory: 268_435_456,
    MemorySwap: 268_435_456,
    NanoCpus: 100_000_000,
    PidsLimit: 64,
    Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
    Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
  });
});

test("what a profile leaves open stays open", () => {
  const open = { ...profile, readOnlyRootFilesystem: false, noNewPrivileges: false, dropCapabilities: [] };
  expect(hostConfigOf(open)).toMatchObject({ ReadonlyRootfs: false, SecurityOpt: [], CapDrop: [] });
});

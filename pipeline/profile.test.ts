import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dockerArguments, readProfile } from "./profile.ts";

const profile = readProfile();

test("the profile is the hardening that the manifests state", () => {
  expect(profile).toMatchObject({
    user: "65532:65532",
    readOnlyRootFilesystem: true,
    dropCapabilities: ["ALL"],
    noNewPrivileges: true,
    memoryBytes: 256 * 2 ** 20,
    cpus: 0.5,
    tmpfs: { path: "/tmp", sizeBytes: 64 * 2 ** 20, options: ["noexec", "nosuid", "nodev"] },
    sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
    ulimits: { core: 0 },
  });
});

test("every field of the profile reaches docker run", () => {
  expect(dockerArguments(profile)).toEqual([
    "--user=65532:65532",
    "--read-only",
    "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=67108864,mode=1777",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--memory=268435456",
    "--memory-swap=268435456",
    "--cpus=0.5",
    "--pids-limit=64",
    "--sysctl=net.ipv4.ip_unprivileged_port_start=1024",
    "--ulimit=core=0:0",
  ]);
});

test("a switch that is off is not passed on", () => {
  const loose = dockerArguments({
    ...profile,
    readOnlyRootFilesystem: false,
    noNewPrivileges: false,
    dropCapabilities: [],
  });
  expect(loose.join(" ")).not.toMatch(/read-only|no-new-privileges|cap-drop/);
});

test.each([
  ["a misspelt field", { cpus: undefined, cpuz: 1 }, /cpuz[\s\S]*cpus/],
  ["a user without its group", { user: "65532" }, /numeric user and group/],
  ["a limit of nothing", { memoryBytes: 0, pidsLimit: -1 }, /memoryBytes[\s\S]*pidsLimit/],
])("%s is refused, with everything that is wrong", (_, change, said) => {
  const folder = mkdtempSync(join(tmpdir(), "profile-"));
  const file = join(folder, "profile.json");
  writeFileSync(file, JSON.stringify({ ...profile, ...change }));
  expect(() => readProfile(file)).toThrow(
    expect.objectContaining({ code: "CONFIGURATION", message: expect.stringMatching(said) as string }),
  );
  rmSync(folder, { recursive: true });
});

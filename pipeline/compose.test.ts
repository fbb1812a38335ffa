import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Profile, readProfile } from "./profile.ts";

// compose.yaml is a plain file; this holds it to profile.json, both ways.
type Service = Record<string, unknown>;

/** What each field of the profile is in a Compose service. A new field does not compile until it has its line here. */
const rendered: { [field in keyof Profile]: (value: Profile[field]) => Service } = {
  schemaVersion: () => ({}),
  user: (user) => ({ user }),
  readOnlyRootFilesystem: (read_only) => ({ read_only }),
  tmpfs: ({ path, options, sizeBytes, mode }) => ({
    tmpfs: [`${path}:rw,${options.join(",")},size=${sizeBytes},mode=${mode}`],
  }),
  dropCapabilities: (cap_drop) => ({ cap_drop }),
  noNewPrivileges: (on) => ({ security_opt: on ? ["no-new-privileges"] : [] }),
  memoryBytes: (bytes) => ({ mem_limit: bytes, memswap_limit: bytes }),
  cpus: (cpus) => ({ cpus }),
  pidsLimit: (pids_limit) => ({ pids_limit }),
  sysctls: (sysctls) => ({ sysctls }),
  ulimits: (ulimits) => ({ ulimits }),
};

/** What says which image and where it is reached, and hardens nothing. */
const own = ["image", "pull_policy", "ports"];

function differences(profile: Record<string, unknown>, service: Service): string[] {
  const render = rendered as Record<string, ((value: unknown) => Service) | undefined>;
  const unknown = Object.keys(profile).filter((field) => render[field] === undefined);
  const wanted: Service = Object.assign({}, ...Object.entries(profile).map(([field, value]) => render[field]?.(value)));
  const keys = new Set([...Object.keys(wanted), ...Object.keys(service)].filter((key) => !own.includes(key)));
  const changed = [...keys].filter((key) => !isDeepStrictEqual(service[key], wanted[key]));
  return [
    ...unknown.map((field) => `profile.json: ${field} has no counterpart here`),
    ...changed.map((key) => `${key}: ${JSON.stringify(service[key])}, the profile says ${JSON.stringify(wanted[key])}`),
  ];
}

const profile = readProfile();
const text = readFileSync(join(import.meta.dirname, "../compose.yaml"), "utf8");
const file = parse(text) as { services: { api: Service } };
const service = file.services.api;
const hardening = Object.keys(service).filter((key) => !own.includes(key));

test("compose.yaml is the profile, no more and no less", () => {
  expect(differences(profile, service)).toEqual([]);
  expect(Object.keys(file)).toEqual(["services"]);
  expect(Object.keys(file.services)).toEqual(["api"]);
});

test.each(hardening)("%s taken out of compose.yaml is noticed", (key) => {
  const { [key]: _removed, ...rest } = service;
  expect(differences(profile, rest)).toEqual([expect.stringMatching(new RegExp(`^${key}: undefined, `))]);
});

test.each(Object.keys(profile).filter((field) => field !== "schemaVersion"))(
  "%s differing in the profile is noticed",
  (field) => {
    const value = profile[field as keyof Profile];
    const other =
      typeof value === "boolean"
        ? !value
        : typeof value === "number"
          ? value * 2
          : field === "tmpfs"
            ? { ...profile.tmpfs, sizeBytes: 1 }
            : undefined;
    const changed = other ?? (Array.isArray(value) ? [] : typeof value === "string" ? "0:0" : {});
    expect(changed).not.toEqual(value);
    expect(differences({ ...profile, [field]: changed }, service).length).toBeGreaterThan(0);
  },
);

test("a field that only the profile has, and a privilege that only compose.yaml has, are noticed", () => {
  expect(differences({ ...profile, newField: 0 }, service)).toEqual(["profile.json: newField has no counterpart here"]);
  for (const extra of [
    { privileged: true },
    { cap_add: ["SYS_ADMIN"] },
    { network_mode: "host" },
    { healthcheck: {} },
  ]) {
    expect(differences(profile, { ...service, ...extra })).toHaveLength(1);
  }
});

test("only the API's port is published, on loopback; nothing is pulled in its place", () => {
  expect(service["ports"]).toEqual([expect.stringMatching(/^127\.0\.0\.1:\$\{PORT:-3000\}:3000$/)]);
  expect(service).toMatchObject({ image: expect.stringContaining("hardened-node-api:stage-4"), pull_policy: "never" });
});

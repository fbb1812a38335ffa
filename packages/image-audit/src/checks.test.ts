import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { appLayer, baseLayer, file, installed, layerOf, observationOf, program, symlink } from "../test/observation.ts";
import { checks, imageChecks } from "./checks.ts";
import type { Observation } from "./observation.ts";
import { judge } from "./report.ts";

const limits = { maxBytes: 1_000_000 };

function failing(observation: Observation): string[] {
  return judge(observation, limits, imageChecks)
    .results.filter(({ outcome }) => outcome.status !== "pass")
    .map(({ id }) => id);
}

const withLayer = (...files: Parameters<typeof layerOf>[1][]) =>
  observationOf({ layers: [baseLayer, appLayer, layerOf("RUN more", ...files)] });

test("a hardened image passes every static check", () => {
  expect(failing(observationOf())).toEqual([]);
});

const production = { PATH: "/usr/bin", NODE_ENV: "production" };
const large = file("/srv/large", { size: 100_000 });
const wasteful = observationOf({ layers: [baseLayer, appLayer, layerOf("COPY", large), layerOf("RUN chown", large)] });
// A program of that name which is not the package manager itself, and starts the app's script.
const npmStart = observationOf({ config: { cmd: ["node", "/app/npm-cli.js", "start"] } });

const removals: [string, Observation][] = [
  ["IMG-DEVDEPS-001", withLayer(installed("/app/node_modules/typescript"))],
  ["IMG-ENV-001", observationOf({ config: { env: { PATH: "/usr/bin" } } })],
  ["IMG-EXEC-001", observationOf({ config: { cmd: ["/bin/sh", "-c", "node main.js"] } })],
  ["IMG-FCAP-001", withLayer(program("/app/tool", { xattrs: { "security.capability": "\u0001" } }))],
  ["IMG-HEALTH-001", observationOf({ config: { healthcheck: null } })],
  ["IMG-INSPECT-001", observationOf({ config: { cmd: ["node", "--inspect", "main.js"] } })],
  ["IMG-LINK-001", withLayer(symlink("/app/node_modules/lib", "../../packages/lib"))],
  ["IMG-NODEOPT-001", observationOf({ config: { env: { ...production, NODE_OPTIONS: "--trace-warnings" } } })],
  ["IMG-NPMSTART-001", npmStart],
  ["IMG-OWNER-001", withLayer(file("/app/late.js", { uid: 65532 }))],
  // In the app, where they are not one program more that nothing starts.
  ["IMG-PKG-001", withLayer(program("/app/bin/apt"))],
  ["IMG-PORT-001", observationOf({ config: { exposedPorts: ["80/tcp"] } })],
  ["IMG-PROGRAM-001", withLayer(program("/usr/bin/curl"))],
  ["IMG-SECRET-001", withLayer(file("/app/.env"))],
  ["IMG-SECRET-002", withLayer(file("/app/.netrc"))],
  ["IMG-SETUID-001", withLayer(program("/app/tool", { mode: 0o4755 }))],
  ["IMG-SHELL-001", withLayer(program("/app/bin/sh"))],
  ["IMG-SHELL-002", withLayer(program("/app/bin/tool", { shell: "dash" }))],
  ["IMG-SIZE-001", withLayer(file("/large", { size: 1_000_001 }))],
  ["IMG-TLS-001", observationOf({ config: { env: { ...production, NODE_TLS_REJECT_UNAUTHORIZED: "0" } } })],
  ["IMG-USER-001", observationOf({ config: { user: "65532" } })],
  ["IMG-WASTE-001", wasteful],
  ["IMG-WORLD-001", withLayer(file("/srv/shared", { mode: 0o666 }))],
];

test.each(removals)("%s alone objects when its control is removed", (id, observation) => {
  expect(failing(observation)).toEqual([id]);
});

test("every static check has its removal in this table", () => {
  expect(removals.map(([id]) => id)).toEqual(imageChecks.map(({ id }) => id));
});

test("IDs are unique, and a check lives in the file of its name with its test beside it", () => {
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(existsSync(new URL(`checks/${id.toLowerCase()}.ts`, import.meta.url)), id).toBe(true);
    expect(existsSync(new URL(`checks/${id.toLowerCase()}.test.ts`, import.meta.url)), id).toBe(true);
  }
});

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { appLayer, baseLayer, file, installed, layerOf, observationOf, program } from "../test/observation.ts";
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

const removals: [string, Observation][] = [
  ["IMG-DEVDEPS-001", withLayer(installed("/app/node_modules/typescript"))],
  ["IMG-ENV-001", observationOf({ config: { env: { PATH: "/usr/bin" } } })],
  ["IMG-EXEC-001", observationOf({ config: { cmd: ["/bin/sh", "-c", "node main.js"] } })],
  ["IMG-HEALTH-001", observationOf({ config: { healthcheck: null } })],
  ["IMG-OWNER-001", withLayer(file("/app/main.js", { uid: 65532 }))],
  ["IMG-PKG-001", withLayer(program("/usr/bin/apt"))],
  ["IMG-SECRET-001", withLayer(file("/app/.env"))],
  ["IMG-SHELL-001", withLayer(program("/bin/sh"))],
  ["IMG-SIZE-001", withLayer(file("/large", { size: 1_000_001 }))],
  ["IMG-USER-001", observationOf({ config: { user: "65532" } })],
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

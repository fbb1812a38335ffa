import { expect, test } from "vitest";
import { appLayer, baseLayer, layerOf, manifest, observationOf } from "../../test/observation.ts";
import type { ImageConfig } from "./observation.ts";
import { startedPrograms } from "./started.ts";
import { viewOf } from "./view.ts";

const noHealthcheck = { healthcheck: null };
function started(config: Partial<ImageConfig>, scripts: Record<string, string> = {}) {
  const layers = [baseLayer, appLayer, layerOf("COPY package.json", manifest("/app", { name: "app", scripts }))];
  const observation = observationOf({ config: { ...noHealthcheck, ...config }, layers });
  return startedPrograms(viewOf(observation), observation.config).map(({ argv, env, where }) => [
    where,
    [...Object.entries(env).map((pair) => pair.join("=")), ...argv].join(" "),
  ]);
}
const of = (entrypoint: string[], cmd: string[], scripts?: Record<string, string>) =>
  started({ entrypoint, cmd }, scripts);

test("an init, then node", () => {
  expect(of(["dumb-init", "--"], ["node", "main.js"])).toEqual([
    ["start command", "dumb-init -- node main.js"],
    ["start command", "node main.js"],
  ]);
});

test("what `env` sets is there for the program behind it", () => {
  expect(of([], ["env", "-i", "A=1", "node", "main.js"]).at(-1)).toEqual(["start command", "A=1 node main.js"]);
});

test("a shell's line: assignments, quotes, operators, exec", () => {
  expect(of([], ["/bin/sh", "-c", 'cd /app && A="1 2" exec node --title "x y" $MAIN; echo *.js']).slice(1)).toEqual([
    ["start command", "cd /app"],
    ["start command", "A=1 2 node --title x y $MAIN"],
    ["start command", "echo *.js"],
  ]);
});

test.each([
  ["npm", "start"],
  ["/usr/local/bin/npm", "run", "--silent", "start"],
  ["yarn", "start"],
  ["pnpm", "--dir", "/app", "start"],
])("%s %s: the script of package.json, and one that it calls", (...cmd) => {
  const scripts = { prestart: "echo up", start: "yarn run serve", serve: "A=1 node main.js" };
  const found = of([], cmd, scripts);
  if (cmd[1] === "--dir") return expect(found).toHaveLength(1); // an option's value is not told from a verb
  expect(found.slice(1)).toEqual([
    ['script "prestart" of /app/package.json', "echo up"],
    ['script "start" of /app/package.json', "yarn run serve"],
    ['script "serve" of /app/package.json', "A=1 node main.js"],
  ]);
});

test("a script that calls itself comes to an end", () => {
  expect(of([], ["npm", "start"], { start: "npm start" }).length).toBeLessThan(10);
});

test("the official entry point puts node before an option and before a script", () => {
  for (const [written, read] of [
    ["--inspect", "node --inspect main.js"],
    ["main.js", "node main.js main.js"],
    ["node", "node main.js"],
  ]) {
    expect(of(["docker-entrypoint.sh"], [written ?? "", "main.js"]).at(-1)?.[1]).toBe(read);
  }
});

test("the health check in both forms; NONE starts nothing", () => {
  const health = (...words: string[]) => started({ entrypoint: [], cmd: [], healthcheck: { test: words } });
  expect(health("CMD", "node", "health.js")).toEqual([["health check", "node health.js"]]);
  expect(health("CMD-SHELL", "curl localhost || exit 1").map(([, line]) => line)).toEqual([
    "/bin/sh -c curl localhost || exit 1",
    "curl localhost",
    "exit 1",
  ]);
  expect(health("NONE")).toEqual([]);
});

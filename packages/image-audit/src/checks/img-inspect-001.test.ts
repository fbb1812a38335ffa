import { expect, test } from "vitest";
import { appLayer, baseLayer, layerOf, manifest, observationOf } from "../../test/observation.ts";
import type { ImageConfig } from "../image/observation.ts";
import { imgInspect001 } from "./img-inspect-001.ts";

const scripts = { start: "node --inspect=0.0.0.0:9229 main.js" };
const layers = [baseLayer, appLayer, layerOf("COPY package.json", manifest("/app", { name: "app", scripts }))];
const judged = (config: Partial<ImageConfig>) => imgInspect001.judge(observationOf({ config, layers }), {});
const starts = (...cmd: string[]) => judged({ entrypoint: [], cmd });

test.each([
  ["the app's own argument", ["node", "main.js", "--inspect"]],
  ["a port alone opens nothing", ["node", "--inspect-port=0", "main.js"]],
  ["the value of another option", ["node", "--title=--inspect", "main.js"]],
  ["another program's option", ["tool", "--inspect"]],
])("good: %s", (_, cmd) => {
  expect(starts(...cmd).status).toBe("pass");
});

test.each<[string, Partial<ImageConfig>]>([
  ["start command: --inspect", { cmd: ["node", "--inspect", "main.js"] }],
  ["start command: --inspect-brk=0.0.0.0", { cmd: ["node", "--max-old-space-size=96", "--inspect-brk=0.0.0.0", "x"] }],
  ["start command: --inspect_wait", { cmd: ["node", "--inspect_wait", "main.js"] }],
  ["start command: node inspect", { cmd: ["node", "inspect", "main.js"] }],
  ["start command: --inspect=9229", { cmd: ["/bin/sh", "-c", "exec node --inspect=9229 main.js"] }],
  ["start command: --inspect", { cmd: ["nodemon", "--inspect", "main.js"] }],
  ["start command: --inspect", { entrypoint: ["docker-entrypoint.sh"], cmd: ["--inspect", "main.js"] }],
  ["start command: --inspect", { entrypoint: ["env", "NODE_OPTIONS=--inspect"], cmd: ["node", "main.js"] }],
  ["environment variable NODE_OPTIONS: --inspect", { env: { NODE_OPTIONS: "--trace-warnings --inspect" } }],
  ['script "start" of /app/package.json: --inspect=0.0.0.0:9229', { entrypoint: [], cmd: ["npm", "start"] }],
])("bad: %s", (message, config) => {
  expect(judged(config)).toMatchObject({ status: "fail", evidence: [{ message }] });
});

import { expect, test } from "vitest";
import { appLayer, baseLayer, layerOf, manifest, observationOf } from "../../test/observation.ts";
import type { ImageConfig } from "../image/observation.ts";
import { imgTls001 } from "./img-tls-001.ts";

const scripts = { start: "NODE_TLS_REJECT_UNAUTHORIZED=0 node main.js" };
const layers = [baseLayer, appLayer, layerOf("COPY package.json", manifest("/app", { name: "app", scripts }))];
const judged = (config: Partial<ImageConfig>) => imgTls001.judge(observationOf({ config, layers }), {});

test("good: not set, set to verify, or empty, which Node takes as verify", () => {
  for (const value of [undefined, "1", ""]) {
    const env: Record<string, string> = value === undefined ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: value };
    expect(judged({ env }).status).toBe("pass");
  }
});

test.each<[string, Partial<ImageConfig>]>([
  ["environment variable", { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } }],
  ["start command", { entrypoint: ["env", "NODE_TLS_REJECT_UNAUTHORIZED=0"], cmd: ["node", "main.js"] }],
  ["start command", { cmd: ["/bin/sh", "-c", "NODE_TLS_REJECT_UNAUTHORIZED=0 node main.js"] }],
  ['script "start" of /app/package.json', { entrypoint: [], cmd: ["npm", "start"] }],
  ["health check", { healthcheck: { test: ["CMD-SHELL", "NODE_TLS_REJECT_UNAUTHORIZED='0' node health.js"] } }],
])("bad: %s", (where, config) => {
  expect(judged(config)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(`${where}`) }],
  });
});

import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { imgEnv001 } from "./img-env-001.ts";

const judged = (env: Record<string, string>) => imgEnv001.judge(observationOf({ config: { env } }), {});

test("good: production", () => {
  expect(judged({ NODE_ENV: "production" }).status).toBe("pass");
});

test.each([{}, { NODE_ENV: "development" }, { NODE_ENV: "" }, { NODE_ENV: "Production" }])("bad: %j", (env) => {
  expect(judged(env).status).toBe("fail");
});

test.each([
  ["fail", ["env", "NODE_ENV=development", "node", "main.js"]],
  ["fail", ["dumb-init", "--", "nice", "env", "NODE_ENV=test", "node", "main.js"]],
  ["fail", ["env", "-u", "NODE_ENV", "node", "main.js"]],
  ["pass", ["env", "NODE_ENV=production", "node", "main.js"]],
  ["pass", ["node", "main.js", "NODE_ENV=development"]],
])("%s: ENV says production, the start command is %j", (status, cmd) => {
  const config = { env: { NODE_ENV: "production" }, entrypoint: [], cmd };
  expect(imgEnv001.judge(observationOf({ config }), {}).status).toBe(status);
});

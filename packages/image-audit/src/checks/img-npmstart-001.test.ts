import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { imgNpmstart001 } from "./img-npmstart-001.ts";

const judged = (entrypoint: string[], cmd: string[]) =>
  imgNpmstart001.judge(observationOf({ config: { entrypoint, cmd } }), {});

test.each([
  [
    ["dumb-init", "--"],
    ["node", "main.js"],
  ],
  [[], ["node", "npm.config.js"]],
  [[], ["node", "main.js", "npm"]],
])("good: ENTRYPOINT %j CMD %j", (entrypoint, cmd) => {
  expect(judged(entrypoint, cmd).status).toBe("pass");
});

test.each([
  [[], ["npm", "start"], "npm start"],
  [["dumb-init", "--"], ["yarn", "start"], "yarn start"],
  [["docker-entrypoint.sh"], ["pnpm", "run", "serve"], "pnpm run serve"],
  [[], ["/bin/sh", "-c", "NODE_ENV=production npm start"], "npm start"],
  [[], ["npx", "next", "start"], "npx next start"],
  [[], ["corepack", "yarn", "start"], "corepack yarn start"],
  [[], ["node", "/usr/local/lib/node_modules/npm/bin/npm-cli.js", "start"], "npm-cli.js start"],
])("bad: ENTRYPOINT %j CMD %j", (entrypoint, cmd, message) => {
  expect(judged(entrypoint, cmd)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  layerOf,
  observationOf,
  program,
  script,
  symlink,
  whiteout,
} from "../../test/observation.ts";
import type { Layer } from "../image/observation.ts";
import { imgExec001 } from "./img-exec-001.ts";

const judged = (entrypoint: string[], cmd: string[], ...more: Layer[]) =>
  imgExec001.judge(observationOf({ config: { entrypoint, cmd }, layers: [baseLayer, appLayer, ...more] }), {});

test.each([
  [
    ["/usr/bin/dumb-init", "--"],
    ["node", "main.js"],
  ],
  [[], ["/usr/bin/node", "main.js"]],
  [["node"], ["main.js"]],
])("good: ENTRYPOINT %j CMD %j", (entrypoint, cmd) => {
  expect(judged(entrypoint, cmd).status).toBe("pass");
});

test.each([
  [[], ["/bin/sh", "-c", "node main.js"], "CMD starts a shell"],
  [["/bin/bash", "-o", "pipefail", "-c", "node main.js"], [], "ENTRYPOINT starts a shell"],
  [["/usr/bin/dumb-init", "--", "sh", "-c", "exec node main.js"], [], "ENTRYPOINT starts a shell"],
  [["docker-entrypoint.sh"], ["/bin/sh", "-c", "node main.js"], "CMD starts a shell"],
  [["timeout", "1h", "setpriv", "--reuid", "1000", "sh", "-c", "node main.js"], [], "ENTRYPOINT starts a shell"],
  [["gosu"], ["app", "sh", "-c", "node main.js"], "ENTRYPOINT with CMD starts a shell"],
  [["/bin/sh"], ["-c", "DB_PASSWORD=hunter2 node main.js"], 'a shell: "DB_PASSWORD=<value> node main.js"'],
  [[], [], "nothing would start"],
  [["/nodejs/bin/node"], ["main.js"], '"/nodejs/bin/node" is no executable'],
  [["/usr/bin/dumb-init", "--"], ["nodejs", "main.js"], '"nodejs" is no executable'],
])("bad: ENTRYPOINT %j CMD %j", (entrypoint, cmd, message) => {
  expect(judged(entrypoint, cmd)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

test("good: a wrapper that is there, in front of a program that is there", () => {
  const nice = layerOf("COPY nice", program("/usr/bin/nice"));
  expect(judged(["nice", "-n", "5"], ["node", "main.js"], nice).status).toBe("pass");
  expect(judged(["nice", "-n", "5"], ["gone", "main.js"], nice).status).toBe("fail");
});

test("a program behind a symbolic link is there; deleted by a later layer it is not", () => {
  const link = layerOf("RUN ln", symlink("/usr/local/bin/start", "/usr/bin/node"));
  expect(judged(["start"], ["main.js"], link).status).toBe("pass");
  expect(judged(["start"], ["main.js"], link, layerOf("RUN rm", whiteout("/usr/bin/node"))).status).toBe("fail");
});

test("a script needs its interpreter: without a shell docker-entrypoint.sh cannot start", () => {
  const entry = script("/usr/bin/docker-entrypoint.sh", "/bin/sh");
  expect(judged(["docker-entrypoint.sh"], ["node"], layerOf("COPY", entry))).toMatchObject({
    evidence: [{ message: "/usr/bin/docker-entrypoint.sh is a script for /bin/sh, which is not in the image" }],
  });
  const shell = layerOf("shell", entry, script("/bin/sh"));
  expect(judged(["docker-entrypoint.sh"], ["node"], shell).status).toBe("pass");
});

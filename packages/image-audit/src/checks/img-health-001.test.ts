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
import type { ImageConfig, Layer } from "../image/observation.ts";
import { imgHealth001 } from "./img-health-001.ts";

const shell = layerOf(
  "shell",
  program("/usr/bin/busybox"),
  symlink("/bin", "usr/bin"),
  symlink("/usr/bin/sh", "busybox"),
  symlink("/usr/bin/check", "/bin/sh"),
  script("/usr/bin/check.sh", "/bin/sh"),
  script("/usr/bin/check.js", "/usr/bin/env", "node"),
  program("/usr/bin/env"),
);
const judged = (healthcheck: ImageConfig["healthcheck"], ...layers: Layer[]) =>
  imgHealth001.judge(observationOf({ config: { healthcheck }, layers: [baseLayer, appLayer, ...layers] }), {});

test.each([
  ["node", "healthcheck.js"],
  ["/usr/bin/node", "/app/healthcheck.js"],
  ["node", "healthcheck"], // Node finds the .js
  ["node", "-e", "fetch('http://127.0.0.1:3000/health')"],
  ["check.js"],
])("good: CMD %s %s", (...test) => {
  expect(judged({ test: ["CMD", ...test] }, shell).status).toBe("pass");
});

test.each([
  [null, "no HEALTHCHECK"],
  [["NONE"], "switches the health check off"],
  [["CMD-SHELL", "node healthcheck.js"], "shell form"],
  [["CMD"], "without a program"],
  [["CMD", "/bin/sh", "-c", "node healthcheck.js"], "disguise"],
  [["CMD", "env", "A=b", "sh", "-c", "node healthcheck.js"], "disguise"],
  [["CMD", "sh", "/check.sh"], "needs a shell"],
  [["CMD", "check"], "needs a shell (/usr/bin/busybox)"],
  [["CMD", "check.sh"], "needs a shell"],
  [["CMD", "curl", "-f", "http://127.0.0.1:3000/health"], '"curl" is no executable'],
  [["CMD", "node", "gone.js"], 'the script "gone.js" is not in the image (WORKDIR /app)'],
])("bad: %j", (test, message) => {
  expect(judged(test === null ? null : { test }, shell)).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining(message) }],
  });
});

test("bad: a later layer deletes the program or the script", () => {
  const test = { test: ["CMD", "node", "healthcheck.js"] };
  expect(judged(test).status).toBe("pass");
  expect(judged(test, layerOf("RUN rm", whiteout("/usr/bin/node"))).status).toBe("fail");
  expect(judged(test, layerOf("RUN rm", whiteout("/app/healthcheck.js"))).status).toBe("fail");
});

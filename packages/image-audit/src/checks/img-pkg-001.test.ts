import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  directory,
  file,
  installed,
  layerOf,
  observationOf,
  program,
  script,
  symlink,
} from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgPkg001 } from "./img-pkg-001.ts";

const judged = (...files: FileEntry[]) =>
  imgPkg001.judge(observationOf({ layers: [baseLayer, layerOf("RUN add", ...files), appLayer] }), {});

test("good: none, and what is only called so", () => {
  const others = [
    directory("/usr/share/doc/apt"),
    file("/var/lib/dpkg/status"),
    script("/etc/cron.daily/dpkg", "/bin/sh"),
    symlink("/usr/bin/yarn", "gone"),
    installed("/app/node_modules/npm-run-path"),
    installed("/app/node_modules/@types/npm"),
  ];
  expect(judged(...others).status).toBe("pass");
});

test.each([
  ["apt", program("/usr/bin/apt")],
  ["apk", program("/sbin/apk")],
  ["npx", script("/usr/local/bin/npx", "/usr/bin/env", "node")],
  ["pnpm", program("/opt/pnpm/pnpm")],
  ["npm as a library only", installed("/usr/local/lib/node_modules/npm")],
  ["corepack as a library only", installed("/usr/local/lib/node_modules/corepack")],
])("bad: %s", (_, entry) => {
  expect(judged(entry)).toMatchObject({ status: "fail", evidence: [{ path: entry.path, instruction: "RUN add" }] });
});

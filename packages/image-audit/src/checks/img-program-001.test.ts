import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  file,
  hardlink,
  layerOf,
  observationOf,
  program,
  script,
  symlink,
} from "../../test/observation.ts";
import type { FileEntry, ImageConfig } from "../image/observation.ts";
import { imgProgram001 } from "./img-program-001.ts";

const judged = (files: FileEntry[], config: Partial<ImageConfig> = {}) =>
  imgProgram001.judge(observationOf({ layers: [baseLayer, appLayer, layerOf("RUN add", ...files)], config }), {});

test("good: shared objects, the loader, the app's own tools, a script that nothing can interpret, a file without x", () => {
  const files = [
    program("/usr/lib/x86_64-linux-gnu/libc.so.6"),
    program("/lib/ld-musl-x86_64.so.1"),
    program("/opt/node/bin/node"),
    program("/app/node_modules/esbuild/bin/esbuild"),
    script("/etc/update-motd.d/10-uname", "/bin/sh"),
    symlink("/usr/bin/nodejs", "node"),
    file("/usr/bin/notes", { executable: "elf" }),
  ];
  expect(judged(files).status).toBe("pass");
});

test.each<[string, Partial<ImageConfig>]>([
  ["the start command", { cmd: ["/usr/bin/tool", "node"] }],
  ["a wrapper in it", { cmd: ["env", "A=1", "tool"] }],
  ["the health check", { healthcheck: { test: ["CMD", "tool", "http://localhost:3000"] } }],
  ["its shell form", { healthcheck: { test: ["CMD-SHELL", "tool || exit 1"] } }],
])("good: a program that %s names", (_, config) => {
  expect(judged([program("/usr/bin/tool")], config).status).toBe("pass");
  expect(judged([program("/usr/bin/tool")]).status).toBe("fail");
});

test("good: the interpreter of a script that starts, wherever its link leads", () => {
  const files = [
    script("/usr/bin/docker-entrypoint.sh", "/bin/sh"),
    symlink("/bin/sh", "/usr/bin/dash"),
    program("/usr/bin/dash"),
  ];
  expect(judged(files, { cmd: ["docker-entrypoint.sh", "node"] }).status).toBe("pass");
  expect(judged(files).status).toBe("fail");
});

test("bad: counted by the package that brought it, as dpkg, distroless and apk record it", () => {
  const files = [
    symlink("/bin", "usr/bin"),
    file("/var/lib/dpkg/info/mount:amd64.list", { programs: ["/bin/mount", "/usr/bin/umount"] }),
    script("/var/lib/dpkg/info/mount.postinst", "/usr/bin/umount"),
    file("/var/lib/dpkg/status.d/curl.md5sums", { programs: ["/usr/bin/curl"] }),
    file("/lib/apk/db/installed", { text: "P:busybox\nF:bin\nR:busybox\n\nP:other\nF:etc\nR:other.conf\n" }),
    ...["/usr/bin/mount", "/usr/bin/umount", "/usr/bin/curl", "/usr/bin/busybox", "/usr/bin/own"].map((path) =>
      program(path),
    ),
    hardlink("/usr/bin/own2", "/usr/bin/own"),
  ];
  expect(judged(files)).toMatchObject({
    status: "fail",
    evidence: [
      { message: "7 programs and scripts that nothing starts, of 3 packages" },
      { message: "/usr/bin/mount and 2 more, of package mount", instruction: "RUN add" },
      { message: "/usr/bin/own and 1 more, of no recorded package", path: "/usr/bin/own" },
      { message: "/usr/bin/curl, of package curl" },
      { message: "/usr/bin/busybox, of package busybox" },
    ],
  });
});

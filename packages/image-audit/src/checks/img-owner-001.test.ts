import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  directory,
  file,
  layerOf,
  manifest,
  observationOf,
  program,
  symlink,
} from "../../test/observation.ts";
import type { FileEntry, ImageConfig } from "../image/observation.ts";
import { imgOwner001 } from "./img-owner-001.ts";

const judged = (files: FileEntry[], config: Partial<ImageConfig> = {}) =>
  imgOwner001.judge(observationOf({ layers: [baseLayer, appLayer, layerOf("RUN more", ...files)], config }), {});

test("good: root owns everything; /tmp, links and other users' files are not the app's", () => {
  const files = [
    directory("/tmp/cache", { uid: 65532, mode: 0o777 }),
    { ...symlink("/app/link", "/tmp/cache"), uid: 65532 },
    file("/app/other", { uid: 1000, gid: 1000, mode: 0o664 }),
    directory("/home/nonroot", { uid: 65532, mode: 0o700 }),
    file("/home/nonroot/.profile", { uid: 65532 }),
    program("/tmp/tool", { uid: 65532 }),
    symlink("/app/top", "/"),
  ];
  expect(judged(files).status).toBe("pass");
});

test.each([
  ["owned", file("/app/main.js", { uid: 65532, mode: 0o444 }), "owned by the runtime user"],
  ["its group may write", file("/app/main.js", { gid: 65532, mode: 0o664 }), "mode 0664"],
  ["everybody may write", file("/app/node_modules/x/index.js", { mode: 0o666 }), "mode 0666"],
  ["the folder", directory("/app", { mode: 0o777 }), "mode 0777"],
  ["a sticky folder of the app", directory("/app/data", { mode: 0o1777 }), "mode 1777"],
  ["the folder above", directory("/", { mode: 0o777 }), "mode 0777"],
])("bad: %s", (_, entry, message) => {
  expect(judged([entry])).toMatchObject({
    status: "fail",
    evidence: [{ path: entry.path, instruction: "RUN more", message: expect.stringContaining(message) }],
  });
});

test.each([
  ["node itself", program("/usr/bin/node", { uid: 65532 })],
  ["the init", program("/usr/bin/dumb-init", { mode: 0o777 })],
  ["the folder of node", directory("/usr/bin", { uid: 65532 })],
  ["any program", program("/opt/tools/convert", { uid: 65532 })],
  ["a library", file("/usr/lib/libz.so.1.3", { uid: 65532 })],
  ["a module", file("/home/nonroot/preload.cjs", { uid: 65532 })],
])("bad: outside the app, %s", (_, entry) => {
  expect(judged([entry])).toMatchObject({ status: "fail", evidence: [{ path: entry.path }] });
});

test("the script of the health check counts wherever it lies", () => {
  const healthcheck = { test: ["CMD", "node", "/tmp/health"] };
  expect(judged([file("/tmp/health")], { healthcheck }).status).toBe("pass");
  expect(judged([file("/tmp/health", { uid: 65532 })], { healthcheck }).status).toBe("fail");
});

test("links that lead out of the app are followed, also the second one", () => {
  const links = [
    directory("/srv/views"),
    symlink("/app/views", "/srv/views"),
    symlink("/srv/views/part", "/data/part"),
  ];
  expect(judged([...links, file("/data/part")]).status).toBe("pass");
  const written = { status: "fail", evidence: [{ path: "/data/part" }] };
  expect(judged([...links, file("/data/part", { uid: 65532 })])).toMatchObject(written);
  expect(judged([...links.slice(1), file("/data/part", { uid: 65532 })]).status).toBe("pass");
});

test("a member of the group has the group's bits, whatever others may", () => {
  expect(judged([file("/app/main.js", { gid: 65532, mode: 0o606 })]).status).toBe("pass");
});

test("bad: root runs the app", () => {
  expect(judged([], { user: "" }).status).toBe("fail");
});

test("bad: supplementary groups count, too", () => {
  const files = [
    file("/etc/group", { text: "nonroot:x:65532:\nstaff:x:50:nonroot\n" }),
    file("/app/main.js", { gid: 50, mode: 0o664 }),
  ];
  expect(judged(files, { user: "65532" }).status).toBe("fail");
  expect(judged(files, { user: "65532:65532" }).status).toBe("pass");
});

test("the app is found by its entry script when WORKDIR is /, also behind a shell or a link", () => {
  const owned = [manifest("/srv/app", { name: "app" }), file("/srv/app/lib/code.js", { uid: 65532 })];
  const start = [...owned, file("/srv/app/dist/main.js"), symlink("/app/start.js", "/srv/app/dist/main.js")];
  const found = { status: "fail", evidence: [{ path: "/srv/app/lib/code.js" }] };
  expect(judged(start, { workingDir: "/", cmd: ["node", "srv/app/dist/main"] })).toMatchObject(found);
  expect(judged(start, { workingDir: "/", cmd: ["node", "/app/start.js"] })).toMatchObject(found);
  const shell = ["/bin/sh", "-c", "exec node /srv/app/dist/main.js"];
  expect(judged(start, { workingDir: "/", entrypoint: [], cmd: shell })).toMatchObject(found);
});

test("an app in / is its script, package.json and node_modules, not the whole root", () => {
  const config = { workingDir: "/", cmd: ["node", "main.js"] };
  const files = [file("/main.js"), file("/var/lib/app/state", { uid: 65532 })];
  expect(judged(files, config).status).toBe("pass");
  expect(judged([...files, file("/node_modules/x/index.js", { uid: 65532 })], config).status).toBe("fail");
  expect(judged([file("/main.js", { uid: 65532 })], config).status).toBe("fail");
});

test("a WORKDIR with nothing in it is no app: distroless's home folder is the user's own", () => {
  const home = directory("/home/nonroot", { uid: 65532, mode: 0o700 });
  expect(judged([home], { workingDir: "/home/nonroot" }).status).toBe("pass");
  expect(judged([home, file("/home/nonroot/views/a.html")], { workingDir: "/home/nonroot" }).status).toBe("fail");
  expect(judged([home], { workingDir: "/home/nonroot", cmd: ["node"] }).status).toBe("unknown");
});

test("unknown when no app is found or the user is not in the image", () => {
  expect(judged([], { workingDir: "/", cmd: ["node"] }).status).toBe("unknown");
  expect(judged([], { user: "nobody" }).status).toBe("unknown");
});

import { expect, test } from "vitest";
import { appLayer, baseLayer, hardlink, layerOf, observationOf, program, symlink } from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgShell002 } from "./img-shell-002.ts";

const judged = (...files: FileEntry[]) =>
  imgShell002.judge(observationOf({ layers: [baseLayer, layerOf("RUN add", ...files), appLayer] }), {});

test("good: none, and what another check knows by its name", () => {
  const named = [program("/bin/dash", { shell: "dash" }), symlink("/bin/sh", "dash"), symlink("/bin/tool", "gone")];
  expect(judged(...named).status).toBe("pass");
});

test.each([
  ["a renamed copy", [program("/usr/bin/tool", { shell: "dash" })], "/usr/bin/tool", "dash, by its content"],
  [
    "an applet by symbolic link",
    [program("/bin/busybox", { shell: "busybox" }), symlink("/usr/bin/wget", "/bin/busybox")],
    "/usr/bin/wget",
    "link to /bin/busybox, which is busybox",
  ],
  [
    "an applet by hard link",
    [program("/bin/busybox", { shell: "busybox" }), hardlink("/bin/nc", "/bin/busybox")],
    "/bin/nc",
    "busybox, by its content",
  ],
  [
    "a link to a shell that only its name gives away",
    [program("/bin/fish"), symlink("/bin/menu", "fish")],
    "/bin/menu",
    "link to /bin/fish, which is fish",
  ],
])("bad: %s", (_, files, path, message) => {
  expect(judged(...files)).toMatchObject({ status: "fail", evidence: [{ path, message, instruction: "RUN add" }] });
});

import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  directory,
  file,
  hardlink,
  layerOf,
  observationOf,
  program,
  symlink,
  whiteout,
} from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgShell001 } from "./img-shell-001.ts";

const judged = (...files: FileEntry[]) =>
  imgShell001.judge(observationOf({ layers: [baseLayer, layerOf("RUN add", ...files), appLayer] }), {});

test("good: none, and what is only called so", () => {
  const others = [
    directory("/etc/ksh"),
    file("/usr/share/bash-completion/completions/bash"),
    symlink("/bin/zsh", "gone"),
  ];
  expect(judged(...others).status).toBe("pass");
});

test.each([
  ["a program", [program("/bin/dash")], "/bin/dash"],
  ["a busybox anywhere", [program("/opt/tools/busybox")], "/opt/tools/busybox"],
  ["a symbolic link to another name", [program("/bin/tool"), symlink("/bin/sh", "tool")], "/bin/sh"],
  ["a hard link to another name", [program("/bin/tool"), hardlink("/bin/ash", "/bin/tool")], "/bin/ash"],
])("bad: %s", (_, files, path) => {
  expect(judged(...files)).toMatchObject({ status: "fail", evidence: [{ path, instruction: "RUN add" }] });
});

test("good: one that a later layer deletes is not there at run time", () => {
  const layers = [baseLayer, appLayer, layerOf("a", program("/bin/sh")), layerOf("b", whiteout("/bin/sh"))];
  expect(imgShell001.judge(observationOf({ layers }), {}).status).toBe("pass");
});

import { expect, test } from "vitest";
import { appLayer, baseLayer, directory, file, layerOf, observationOf, symlink } from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgWorld001 } from "./img-world-001.ts";

const judged = (...files: FileEntry[]) =>
  imgWorld001.judge(observationOf({ layers: [baseLayer, layerOf("RUN add", ...files), appLayer] }), {});

test("good: a folder with the sticky bit, a device, a link, what a group can write", () => {
  const others = [
    directory("/var/tmp", { mode: 0o1777 }),
    file("/dev/null", { type: "other", mode: 0o666 }),
    symlink("/app/link", "main.js"),
    file("/srv/shared", { mode: 0o664 }),
  ];
  expect(judged(...others).status).toBe("pass");
});

test.each([
  [directory("/app/uploads", { mode: 0o777 }), "folder without sticky bit, writable by everybody: mode 0777"],
  [directory("/tmp", { mode: 0o777 }), "folder without sticky bit, writable by everybody: mode 0777"],
  [file("/etc/hosts.local", { mode: 0o666 }), "file, writable by everybody: mode 0666"],
])("bad: %j", (entry, message) => {
  expect(judged(entry)).toMatchObject({
    status: "fail",
    evidence: [{ message, path: entry.path, instruction: "RUN add" }],
  });
});

test("good: closed by a later layer", () => {
  const layers = [baseLayer, appLayer, layerOf("a", file("/x", { mode: 0o666 })), layerOf("b", file("/x"))];
  expect(imgWorld001.judge(observationOf({ layers }), {}).status).toBe("pass");
});

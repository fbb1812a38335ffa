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
  whiteout,
} from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgSetuid001 } from "./img-setuid-001.ts";

const judged = (...files: FileEntry[]) =>
  imgSetuid001.judge(observationOf({ layers: [baseLayer, layerOf("RUN add", ...files), appLayer] }), {});

test("good: a setgid folder only hands its group on; a file that nobody can execute runs as nobody", () => {
  expect(judged(directory("/var/mail", { mode: 0o2775 }), file("/data", { mode: 0o4644 })).status).toBe("pass");
});

test.each([
  ["setuid", [program("/usr/bin/su", { mode: 0o4755 })], "/usr/bin/su", "mode 4755: runs as user 0"],
  ["setgid", [program("/usr/bin/chage", { mode: 0o2755, gid: 42 })], "/usr/bin/chage", "mode 2755: runs as group 42"],
  [
    "both, and by a hard link that carries the bits",
    [program("/opt/a"), { ...hardlink("/opt/b", "/opt/a"), mode: 0o6755 }],
    "/opt/a",
    "mode 6755: runs as user 0 and group 0",
  ],
])("bad: %s", (_, files, path, message) => {
  expect(judged(...files)).toMatchObject({
    status: "fail",
    evidence: expect.arrayContaining([expect.objectContaining({ path, message, instruction: "RUN add" })]),
  });
});

test("good: one that a later layer deletes, or whose bits it takes away", () => {
  const su = layerOf("a", program("/usr/bin/su", { mode: 0o4755 }));
  for (const change of [whiteout("/usr/bin/su"), program("/usr/bin/su")]) {
    const layers = [baseLayer, appLayer, su, layerOf("b", change)];
    expect(imgSetuid001.judge(observationOf({ layers }), {}).status).toBe("pass");
  }
});

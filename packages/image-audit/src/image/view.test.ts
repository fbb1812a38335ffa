import { expect, test } from "vitest";
import { directory, file, hardlink, layerOf, opaque, program, symlink, whiteout } from "../../test/observation.ts";
import { findExecutable, mergeLayers, resolvePath } from "./view.ts";

const paths = (...layers: Parameters<typeof mergeLayers>[0]) => new Set(mergeLayers(layers).keys());

test("a later layer replaces a file and is named as its source", () => {
  const view = mergeLayers([layerOf("one", file("/a", { size: 1 })), layerOf("two", file("/a", { size: 2 }))]);
  expect(view.get("/a")).toMatchObject({ entry: { size: 2 }, layer: { instruction: "two" } });
});

test("a whiteout takes a folder with everything in it away", () => {
  const one = layerOf("one", directory("/a"), file("/a/b/c"), file("/ab"));
  expect(paths(one, layerOf("two", whiteout("/a")))).toEqual(new Set(["/ab"]));
});

test("whiteout and opaque hide lower layers only, wherever they stand in the tar", () => {
  const one = layerOf("one", directory("/a"), file("/a/old"), file("/x"));
  const two = layerOf("two", directory("/a"), file("/a/new"), opaque("/a"), file("/x/y"), whiteout("/x"));
  expect(paths(one, two)).toEqual(new Set(["/a", "/a/new", "/x/y"]));
});

test("a file in the place of a folder takes the folder's content away", () => {
  expect(paths(layerOf("one", file("/a/b")), layerOf("two", symlink("/a", "/tmp")))).toEqual(new Set(["/a"]));
});

test("a hard link is its target, with the link's mode, also when a later layer deletes the target", () => {
  const one = layerOf("one", program("/bin/busybox"), { ...hardlink("/bin/sh", "/bin/busybox"), mode: 0o4755 });
  expect(mergeLayers([one]).get("/bin/busybox")?.entry.mode).toBe(0o4755);
  const view = mergeLayers([one, layerOf("two", whiteout("/bin/busybox"))]);
  expect(view.get("/bin/sh")?.entry).toMatchObject({ path: "/bin/sh", mode: 0o4755, executable: "elf" });
  expect(view.has("/bin/busybox")).toBe(false);
});

test("follows links in folders and files, relative and absolute, and gives up on loops and broken ones", () => {
  const view = mergeLayers([
    layerOf(
      "one",
      symlink("/bin", "usr/bin"),
      symlink("/usr/bin/sh", "../../opt/x/dash"),
      symlink("/opt/x", "/opt/real"),
      program("/opt/real/dash"),
      symlink("/deep", "/opt/x/../real/dash"),
      symlink("/loop", "/loop2"),
      symlink("/loop2", "loop"),
      symlink("/broken", "nothing"),
    ),
  ]);
  expect(resolvePath(view, "/bin/sh")?.path).toBe("/opt/real/dash");
  expect(resolvePath(view, "/deep")?.path).toBe("/opt/real/dash");
  expect(resolvePath(view, "/loop")).toBeNull();
  expect(resolvePath(view, "/broken")).toBeNull();
});

test("finds a program as execvp does", () => {
  const view = mergeLayers([
    layerOf("one", file("/usr/local/bin/node"), program("/usr/bin/node"), program("/app/run"), directory("/bin/dir")),
  ]);
  const find = (argv0: string, path?: string, cwd?: string) => findExecutable(view, argv0, path, cwd)?.path ?? null;
  expect(find("node")).toBe("/usr/bin/node"); // the first on PATH has no x bit
  expect(find("node", "/app")).toBeNull();
  expect(find("./run", undefined, "/app")).toBe("/app/run");
  expect(find("run", undefined, "/app")).toBeNull(); // the working directory is not on PATH
  expect(find("dir")).toBeNull();
  expect(find("/usr/local/bin/node")).toBeNull();
});

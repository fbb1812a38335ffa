import { expect, test } from "vitest";
import { baseLayer, directory, indexOf, layerOf, observationOf, program, symlink } from "../../test/observation.ts";
import type { FileEntry, ImageConfig } from "../image/observation.ts";
import { findNode } from "./node-path.ts";

const nodeIn = (config: Partial<ImageConfig>, ...files: FileEntry[]) =>
  findNode(observationOf({ config }).config, indexOf(layerOf("files", directory("/"), ...files)));
const distroless = program("/nodejs/bin/node");

test.each<[string, Partial<ImageConfig>, FileEntry[], string]>([
  ["named with its path", { entrypoint: ["/nodejs/bin/node"], cmd: ["a.js"] }, [distroless], "/nodejs/bin/node"],
  [
    "behind an init",
    { entrypoint: ["dumb-init", "--"], cmd: ["/nodejs/bin/node", "a.js"] },
    [distroless],
    "/nodejs/bin/node",
  ],
  [
    "in a shell's line, so on PATH",
    { entrypoint: [], cmd: ["/bin/sh", "-c", "node a.js"] },
    [program("/usr/bin/node")],
    "/usr/bin/node",
  ],
  [
    "behind a link",
    { entrypoint: [], cmd: ["nodejs"] },
    [program("/opt/node"), symlink("/usr/bin/nodejs", "/opt/node")],
    "/opt/node",
  ],
  ["nowhere named", { entrypoint: ["/app/run"], cmd: [] }, [distroless], "/nodejs/bin/node"],
])("Node %s", (_, config, files, path) => {
  expect(nodeIn(config, ...files)).toBe(path);
});

test("an image without Node has none, whatever its command says", () => {
  expect(nodeIn({ entrypoint: ["node"], cmd: [] }, program("/usr/bin/python3"))).toBeNull();
  expect(findNode(observationOf().config, indexOf(baseLayer))).toBe("/usr/bin/node");
});

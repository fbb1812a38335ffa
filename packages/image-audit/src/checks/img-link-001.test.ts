import { expect, test } from "vitest";
import { appLayer, baseLayer, file, layerOf, observationOf, symlink, whiteout } from "../../test/observation.ts";
import type { FileEntry } from "../image/observation.ts";
import { imgLink001 } from "./img-link-001.ts";

const judged = (...files: FileEntry[]) =>
  imgLink001.judge(observationOf({ layers: [baseLayer, appLayer, layerOf("COPY more", ...files)] }), {});

test("good: to a file, to a folder that the tar leaves out, to what is mounted at run time, and outside the app", () => {
  const links = [
    symlink("/app/start.js", "main.js"),
    symlink("/app/node_modules/debug", ".pnpm/debug@4/node_modules/debug"),
    file("/app/node_modules/.pnpm/debug@4/node_modules/debug/index.js"),
    symlink("/app/token", "/run/secrets/token"),
    symlink("/usr/share/doc/FAQ", "README"),
  ];
  expect(judged(...links)).toEqual({
    status: "pass",
    evidence: [{ message: "3 symbolic links in the app, none into nothing" }],
  });
});

test.each([
  ["into nothing", [symlink("/app/a", "gone")], "/app/a", "link to gone: /app/gone is not in the image"],
  [
    "a workspace package that was not copied",
    [symlink("/app/node_modules/lib", "../../packages/lib")],
    "/app/node_modules/lib",
    "link to ../../packages/lib: /packages/lib is outside the app and missing",
  ],
  [
    "through another link",
    [symlink("/app/a", "b"), file("/app/c"), symlink("/app/b", "/opt/lib")],
    "/app/b",
    "link to /opt/lib: /opt/lib is outside the app and missing",
  ],
  ["in a circle", [symlink("/app/a", "a")], "/app/a", "link to a: /app/a is not in the image"],
])("bad: %s", (_, files, path, message) => {
  expect(judged(...files)).toMatchObject({
    status: "fail",
    evidence: expect.arrayContaining([expect.objectContaining({ path, message, instruction: "COPY more" })]),
  });
});

test("bad: a later layer deletes the target", () => {
  const layers = [baseLayer, appLayer, layerOf("a", file("/app/b"), symlink("/app/a", "b"))];
  expect(imgLink001.judge(observationOf({ layers }), {}).status).toBe("pass");
  layers.push(layerOf("RUN rm", whiteout("/app/b")));
  expect(imgLink001.judge(observationOf({ layers }), {}).status).toBe("fail");
});

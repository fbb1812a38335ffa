import { expect, test } from "vitest";
import { file, layerOf, symlink } from "../../test/observation.ts";
import { resolveUser } from "./user.ts";
import { mergeLayers } from "./view.ts";

const view = mergeLayers([
  layerOf(
    "base",
    symlink("/etc/passwd", "../usr/passwd"),
    file("/usr/passwd"),
    file("/etc/passwd", { text: "root:x:0:0::/:\ntoor:x:0:0::/:\nnode:x:1000:1000::/:\nodd:x:1500:7::/:\n" }),
    file("/etc/group", { text: "root:x:0:\nnode:x:1000:\nwheel:x:10:node,odd\n" }),
  ),
]);

test.each([
  ["", { uid: 0, gid: 0, numeric: true, hasGroup: false }],
  ["00", { uid: 0, gid: 0, numeric: true, hasGroup: false }],
  ["toor", { uid: 0, gid: 0, numeric: false, hasGroup: false }],
  ["node", { uid: 1000, gid: 1000, numeric: false, hasGroup: false, groups: [10] }],
  ["1500", { uid: 1500, gid: 7, numeric: true, hasGroup: false, groups: [10] }],
  ["node:wheel", { uid: 1000, gid: 10, numeric: false, hasGroup: true, groups: [] }],
  ["65532", { uid: 65532, gid: 0, numeric: true, hasGroup: false }],
  ["65532:65532", { uid: 65532, gid: 65532, numeric: true, hasGroup: true }],
])("USER %j", (user, expected) => {
  expect(resolveUser(view, user)).toMatchObject(expected);
});

test.each(["nobody", "65532:staff", "node # built-in"])("USER %j is nobody: the container cannot start", (user) => {
  expect(resolveUser(view, user)).toBeNull();
});

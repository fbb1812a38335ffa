import { expect, test } from "vitest";
import { file, layerOf, observationOf } from "../../test/observation.ts";
import { imgUser001 } from "./img-user-001.ts";

const passwd = "root:x:0:0::/:\ntoor:x:0:0::/:\nnode:x:1000:1000::/:\n65531:x:0:0::/:\n";
const layers = [
  layerOf("base", file("/etc/passwd", { text: passwd }), file("/etc/group", { text: "root:x:0:\nnode:x:1000:\n" })),
];
const judged = (user: string) => imgUser001.judge(observationOf({ config: { user }, layers }), {});

// "65531" is a number first, whatever passwd calls by that name.
test.each(["65532:65532", "1000:1000", "65531:65531"])("good: USER %s", (user) => {
  expect(judged(user).status).toBe("pass");
});

test.each([
  ["", ["no USER"]],
  ["root", ["is a name", "is root (UID 0)", "no group", "group is root"]],
  ["root:root", ["is a name", "is root (UID 0)", "the group is a name", "group is root"]],
  ["0", ["is root (UID 0)", "no group", "group is root"]],
  ["0:0", ["is root (UID 0)", "group is root"]],
  ["00", ["is root (UID 0)", "no group", "group is root"]],
  ["toor", ["is a name", "is root (UID 0)", "no group", "group is root"]],
  ["node", ["is a name", "no group, so the image decides: GID 1000"]],
  ["node:node", ["is a name", "the group is a name"]],
  ["nobody", ["is a name", "cannot start"]],
  ["65532", ["no group, so the image decides: GID 0", "group is root"]],
  ["1000", ["no group, so the image decides: GID 1000"]],
  ["65532:0", ["group is root"]],
  ["65532:node", ["the group is a name"]],
])("bad: USER %j, each problem of its own", (user, problems) => {
  expect(judged(user)).toMatchObject({
    status: "fail",
    evidence: problems.map((problem) => ({ message: expect.stringContaining(problem) })),
  });
});

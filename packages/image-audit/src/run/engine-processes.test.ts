import { expect, test } from "vitest";
import { runs } from "./engine-processes.ts";

const init = { pid: 812, args: "/usr/bin/dumb-init -- /nodejs/bin/node main.js" };
const app = { pid: 799, args: "/nodejs/bin/node main.js" };

test("a process runs the program that its first word names, not one of its arguments", () => {
  expect(runs(app, "/nodejs/bin/node")).toBe(true);
  expect(runs({ ...app, args: "node main.js" }, "/usr/local/bin/node")).toBe(true);
  expect(runs(init, "/nodejs/bin/node")).toBe(false);
  expect(runs({ ...app, args: "/nodejs/bin/nodemon main.js" }, "/nodejs/bin/node")).toBe(false);
});

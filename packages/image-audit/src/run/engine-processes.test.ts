import { expect, test } from "vitest";
import { engineProcesses, runs } from "./engine-processes.ts";
import type { ProbedContainer } from "./probed-container.ts";

const init = { pid: 812, args: "/usr/bin/dumb-init -- /nodejs/bin/node main.js" };
const app = { pid: 799, args: "/nodejs/bin/node main.js" };

test("a process runs the program that its first word names, not one of its arguments", () => {
  expect(runs(app, "/nodejs/bin/node")).toBe(true);
  expect(runs({ ...app, args: "node main.js" }, "/usr/local/bin/node")).toBe(true);
  expect(runs(init, "/nodejs/bin/node")).toBe(false);
  expect(runs({ ...app, args: "/nodejs/bin/nodemon main.js" }, "/nodejs/bin/node")).toBe(false);
});

test.each([
  [{ Titles: ["PID", "COMMAND"], Processes: [["799", "node main.js"]] }, [{ pid: 799, args: "node main.js" }]],
  [{ Titles: ["PID", "COMMAND"] }, []],
])("%j lists %j", async (listed, processes) => {
  const container = { raw: { top: async () => listed } } as unknown as ProbedContainer;
  expect(await engineProcesses(container)).toEqual(processes);
});

import { expect, test } from "vitest";
import { processOf } from "../../test/traces.ts";
import { descendantsOfInit } from "./in-container.ts";

test("what the engine executed in the container is not part of the app", () => {
  const app = [processOf({ pid: 1, ppid: 0 }), processOf({ pid: 7, ppid: 1 }), processOf({ pid: 9, ppid: 7 })];
  const probe = [processOf({ pid: 20, ppid: 0 }), processOf({ pid: 21, ppid: 20 })];
  expect(descendantsOfInit([...probe, ...app])).toEqual(app);
});

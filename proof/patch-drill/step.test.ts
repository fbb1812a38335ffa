import { expect, test } from "vitest";
import { held, type Step, walk } from "./step.ts";

type Switches = Record<string, boolean>;

/** Turns a switch on, and looks at it. */
function turning(name: string, more: Partial<Step<Switches>> = {}): Step<Switches> {
  return {
    ...{ name, title: name, day: "today", about: "", commands: [] },
    act: async (switches) => {
      switches[name] = true;
    },
    look: async (switches) => ({ done: switches[name] === true, seen: `${name} is ${switches[name] === true}` }),
    ...more,
  };
}

test("each step is seen after it was done, and not before", async () => {
  const steps = [turning("a"), turning("b")];
  const walked = await walk(steps, {});
  expect(walked).toMatchObject([
    { step: "a", verdict: "as expected", seen: "a is true" },
    { step: "b", verdict: "as expected", seen: "b is true" },
  ]);
  expect(held(steps, walked)).toBe(true);
});

test("a step that brings nothing about ends the drill, and it has not held", async () => {
  const steps = [turning("a", { act: async () => undefined }), turning("b")];
  const walked = await walk(steps, {});
  expect(walked).toMatchObject([{ step: "a", verdict: "not as expected", seen: "a is false" }]);
  expect(held(steps, walked)).toBe(false);
});

test("what was so before proves nothing", async () => {
  const steps = [turning("a")];
  const walked = await walk(steps, { a: true });
  expect(walked).toMatchObject([{ verdict: "not as expected", seen: "already so before it was done: a is true" }]);
  expect(held(steps, walked)).toBe(false);
});

test("a step may take its time, but no longer than it says", async () => {
  let asked = 0;
  const later = turning("a", { look: async () => ({ done: ++asked > 3, seen: `${asked}` }) });
  expect(await walk([{ ...later, withinMs: 60_000 }], {})).toMatchObject([{ verdict: "as expected", seen: "4" }]);
  asked = 0;
  expect(await walk([later], {})).toMatchObject([{ verdict: "not as expected", seen: "2" }]);
});

test("a drill without a step has not held", () => {
  expect(held([turning("a")], [])).toBe(false);
});

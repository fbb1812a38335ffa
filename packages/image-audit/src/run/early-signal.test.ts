import type { Container } from "dockerode";
import { expect, test } from "vitest";
import { feed } from "./early-signal.ts";
import { hasEnded } from "./probed-container.ts";

const { signal } = new AbortController();

/** A container that takes no update and that the engine calls running for so many questions. */
function refusing(runningFor: number): Container {
  let asked = 0;
  const inspect = async () => {
    asked += 1;
    return { State: { Running: asked <= runningFor } };
  };
  const update = () => Promise.reject(new Error("cannot update a stopped container"));
  return { inspect, update } as unknown as Container;
}

test("a container that ended before it was fed is no trouble, though the engine notes the end later", async () => {
  await expect(feed({ raw: refusing(3) }, { profile: undefined, signal })).resolves.toBeUndefined();
});

test("one that lives on has not ended", async () => {
  expect(await hasEnded(refusing(0), signal, 50)).toBe(true);
  expect(await hasEnded(refusing(Number.POSITIVE_INFINITY), signal, 50)).toBe(false);
});

import type { Container } from "dockerode";
import { expect, test, vi } from "vitest";
import { feed } from "./early-signal.ts";

const context = { profile: undefined, signal: new AbortController().signal };

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
  await expect(feed({ raw: refusing(3) }, context)).resolves.toBeUndefined();
});

test("that one which lives on takes no update is trouble, once the engine had its time", async () => {
  using now = vi.spyOn(performance, "now");
  now.mockReturnValueOnce(0).mockReturnValue(60_000);
  const fed = feed({ raw: refusing(Number.POSITIVE_INFINITY) }, context);
  await expect(fed).rejects.toThrow("cannot update a stopped container");
});

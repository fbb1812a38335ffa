import { expect, test } from "vitest";
import { poll } from "./poll.ts";

const { signal } = new AbortController();

test("asks until there is an answer; null is one", async () => {
  const answers = [undefined, undefined, null];
  expect(await poll(async () => answers.shift(), { withinMs: 5000, everyMs: 1, signal })).toBeNull();
});

test("gives up when the time is up, after it has asked once", async () => {
  let asked = 0;
  const never = async () => void asked++;
  expect(await poll(never, { withinMs: 0, signal })).toBeUndefined();
  expect(asked).toBe(1);
});

test("an abort ends the wait with its reason", async () => {
  const controller = new AbortController();
  const waiting = poll(async () => controller.abort(new Error("enough")), {
    withinMs: 60_000,
    signal: controller.signal,
  });
  await expect(waiting).rejects.toMatchObject({ name: "AbortError", cause: controller.signal.reason });
});

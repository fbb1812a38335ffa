import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Prediction, predictionOn } from "./prediction.ts";
import type { AttackResult } from "./result.ts";

function typing(text: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(text);
  return { prediction: new Prediction(input, output), asked: () => String(output.read() ?? "") };
}

const result = (id: AttackResult["id"], verdict: AttackResult["verdict"]): AttackResult => ({
  id,
  title: `the title of ${id}`,
  verdict,
  steps: [],
  evidence: [],
  stoppedBy: null,
});

test("what was foreseen is counted, what was not is named, what was not tried counts for nothing", async () => {
  const { prediction } = typing("y\nNo\ny\n");
  for (const id of ["cut-upload", "spawn-shell", "swap-image"]) await prediction.ask(id, "?");
  const results = [
    result("cut-upload", "succeeded"),
    result("spawn-shell", "succeeded"),
    result("swap-image", "not tried"),
  ];
  expect(prediction.score(results)).toBe(
    "You foresaw 1 of 2.\n  not foreseen: the title of spawn-shell, which succeeded",
  );
});

test("anything but yes or no is asked again", async () => {
  const { prediction, asked } = typing("maybe\n\nyes\n");
  await prediction.ask("cut-upload", "Will it succeed?");
  expect(asked()).toBe("Will it succeed? [y/n] ".repeat(3));
  expect(prediction.score([result("cut-upload", "succeeded")])).toContain("1 of 1");
});

test("an input that ends is an error, not an answer", async () => {
  const { prediction } = typing("");
  await expect(prediction.ask("cut-upload", "?")).rejects.toMatchObject({ code: "NO_TERMINAL", exitCode: 2 });
});

test("a pipe is refused before anything is asked", () => {
  const pipe = new PassThrough() as unknown as NodeJS.ReadStream & NodeJS.WriteStream;
  expect(() => predictionOn(pipe, pipe)).toThrow(expect.objectContaining({ code: "NO_TERMINAL", exitCode: 2 }));
});

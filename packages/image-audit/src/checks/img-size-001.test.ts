import { expect, test } from "vitest";
import { file, layerOf, observationOf } from "../../test/observation.ts";
import { imgSize001 } from "./img-size-001.ts";

const observation = observationOf({
  layers: [layerOf("base", file("/a", { size: 60 })), layerOf("RUN fill", file("/b", { size: 40 }))],
});

test("good: all layers together are exactly the limit", () => {
  expect(imgSize001.judge(observation, { maxBytes: 100 }).status).toBe("pass");
});

test("bad: one byte over it, with the largest layer named", () => {
  expect(imgSize001.judge(observation, { maxBytes: 99 })).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining("100 bytes") }, { instruction: "base" }],
  });
});

test("a file that a later layer deletes still counts", () => {
  const kept = [...observation.layers.layers, layerOf("RUN rm", { ...file("/b"), type: "whiteout", size: 0 })];
  expect(imgSize001.judge(observationOf({ layers: kept }), { maxBytes: 99 }).status).toBe("fail");
});

test("unknown without a limit", () => {
  expect(imgSize001.judge(observation, {}).status).toBe("unknown");
});

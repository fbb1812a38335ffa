import { expect, test } from "vitest";
import {
  appLayer,
  baseLayer,
  file,
  hardlink,
  layerOf,
  observationOf,
  opaque,
  symlink,
  whiteout,
} from "../../test/observation.ts";
import type { Layer } from "../image/observation.ts";
import { imgWaste001 } from "./img-waste-001.ts";

const judged = (...layers: Layer[]) =>
  imgWaste001.judge(observationOf({ layers: [baseLayer, appLayer, ...layers] }), {});
const large = (path: string, size = 1_000_000) => file(path, { size });
const copy = layerOf("COPY data", large("/app/data"), large("/app/rest", 60_000_000));

test("good: nothing twice, or at most 2 %", () => {
  expect(judged(copy).status).toBe("pass");
  expect(judged(copy, layerOf("RUN touch", large("/app/data")))).toEqual({
    status: "pass",
    evidence: [{ message: "1.0 MB of 62.0 MB (1.6 %) in 1 files overwritten or deleted" }],
  });
});

test.each([
  ["overwritten by RUN other", large("/app/rest", 60_000_000)],
  ["overwritten by RUN other", symlink("/app", "/srv")],
  ["deleted by RUN other", whiteout("/app/rest")],
  ["deleted by RUN other", whiteout("/app")],
  ["deleted by RUN other", opaque("/app")],
])("bad: %s, with the worst path first and the layer that brought it", (message, entry) => {
  const outcome = judged(copy, layerOf("RUN other", entry), layerOf("RUN later", whiteout("/app")));
  const [summary, worst] = "evidence" in outcome ? outcome.evidence : [];
  expect(outcome.status).toBe("fail");
  expect(summary?.message).toContain("the limit is 2 %");
  const where = { path: "/app/rest", instruction: "COPY data", layer: copy.digest };
  expect(worst).toEqual({ message: `60.0 MB, ${message}`, ...where });
});

test("a file that lives on under another name is no waste; gone under both, it is, once", () => {
  const store = layerOf("RUN install", large("/store/a"), hardlink("/app/a", "/store/a"));
  expect(judged(store, layerOf("RUN rm", whiteout("/store"))).status).toBe("pass");
  expect(judged(store, layerOf("RUN rm", whiteout("/store"), whiteout("/app/a")))).toMatchObject({
    status: "fail",
    evidence: [{ message: expect.stringContaining("in 1 files") }, { path: "/store/a" }],
  });
});

test("an image without a byte wastes none", () => {
  expect(imgWaste001.judge(observationOf({ layers: [] }), {}).status).toBe("pass");
});

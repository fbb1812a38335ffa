import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import type { ImageConfig } from "../image/observation.ts";
import { imgNodeopt001 } from "./img-nodeopt-001.ts";

const judged = (config: Partial<ImageConfig>) => imgNodeopt001.judge(observationOf({ config }), {});

test("good: not set, set to nothing, or given as arguments", () => {
  expect(judged({ env: {} }).status).toBe("pass");
  expect(judged({ env: { NODE_OPTIONS: " " } }).status).toBe("pass");
  expect(judged({ cmd: ["node", "--max-old-space-size=96", "main.js"] }).status).toBe("pass");
});

test("bad: set, and who inherits it", () => {
  const env = { NODE_OPTIONS: "--max-old-space-size=96" };
  expect(judged({ env })).toMatchObject({
    status: "fail",
    evidence: [{ message: "NODE_OPTIONS=--max-old-space-size=96: the health check inherits it" }],
  });
  for (const healthcheck of [null, { test: ["NONE"] }]) {
    expect(judged({ env, healthcheck })).toMatchObject({
      evidence: [{ message: expect.stringContaining("whatever is started beside the app") }],
    });
  }
});

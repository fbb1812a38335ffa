import { expect, test } from "vitest";
import { observationOf } from "../../test/observation.ts";
import { imgEnv001 } from "./img-env-001.ts";

const judged = (env: Record<string, string>) => imgEnv001.judge(observationOf({ config: { env } }), {});

test("good: production", () => {
  expect(judged({ NODE_ENV: "production" }).status).toBe("pass");
});

test.each([{}, { NODE_ENV: "development" }, { NODE_ENV: "" }, { NODE_ENV: "Production" }])("bad: %j", (env) => {
  expect(judged(env).status).toBe("fail");
});

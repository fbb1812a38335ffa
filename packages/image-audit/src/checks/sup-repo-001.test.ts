import { expect, test } from "vitest";
import { supplyOf } from "../../test/supply.ts";
import { supRepo001 } from "./sup-repo-001.ts";

test("good: a repository of ours", () => {
  expect(supRepo001.judge(supplyOf()).status).toBe("pass");
});

test.each(["registry.test/app-evil", "evil.test/app", "registry.test/app/evil", "registry.test"])(
  "bad: %s",
  (repository) => {
    expect(supRepo001.judge(supplyOf({ repository })).status).toBe("fail");
  },
);

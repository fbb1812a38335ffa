import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, expect, test } from "vitest";
import { ready, start, stop } from "./servers.ts";

const run = new Run("servers-test");
afterAll(() => run.close());

/** A server that says so and does not become ready by itself: the sleeps below are what is waited for, and are ended. */
const server = (name: string, then: string) =>
  start(run, name, "sh", ["-c", `echo 'no space left' >&2; ${then}`], join(run.folder, `${name}.log`));
const never = () => Promise.resolve(false);

test("a server that is ready is waited for no longer", async () => {
  const slow = server("slow", "exec sleep 60"); // stopped below
  let asked = 0;
  await ready(slow, "be ready", () => Promise.resolve(++asked === 3), 60_000);
  expect(asked).toBe(3);
  await stop([slow]);
});

test("one that ends is noticed at once, in its own words", async () => {
  const ending = ready(server("ending", "exit 1"), "be ready", never, 60_000);
  await expect(ending).rejects.toMatchObject({
    code: "TOOL",
    message: "expected ending to be ready, it ended:\nno space left",
  });
});

test("one that does neither is given up, in its own words", async () => {
  const silent = server("silent", "exec sleep 60"); // stopped below
  const message = "expected silent to be ready, it did not within 0.5 s:\nno space left";
  await expect(ready(silent, "be ready", never, 500)).rejects.toMatchObject({ code: "TOOL", message });
  await stop([silent]);
});

import { afterAll, describe, expect, test } from "vitest";
import { contextFor, type Fixture, FixtureImages, profile } from "../../test/fixture-images.ts";
import { outcomeOf, told } from "../../test/traces.ts";
import { runUid001 } from "../checks/run-uid-001.ts";
import { probeArbitraryUser } from "./arbitrary-user.ts";
import type { RungContext } from "./rung.ts";

const images = new FixtureImages();
afterAll(() => images.remove());

const as = async (image: Fixture, changes: Partial<RungContext> & { env?: Record<string, string> } = {}) => {
  const arbitraryUser = await probeArbitraryUser(contextFor(await images.build(image), changes));
  return told(outcomeOf(runUid001, { arbitraryUser }));
};

describe.concurrent("as a user that the image does not know", () => {
  test("an app that all can read and that writes to TMPDIR only works, under the profile", async () => {
    expect(await as("good", { profile })).toBe(
      "pass: it starts and works as 1000680000:0 and as 1000680000:1000680000",
    );
  });

  test("one that asks for its user's name does not start", async () => {
    expect(await as("good", { env: { LOOK_UP_USER: "1" } })).toMatch(
      /^fail: as 1000680000:0 it did not start: .*; as 1000680000:1000680000 it did not start: /,
    );
  });

  test("one whose files only root's group can read works with group 0 alone", async () => {
    expect(await as("groupReadable")).toMatch(
      /^fail: as 1000680000:1000680000 it did not start: [^;]*; its last words/,
    );
  });
});

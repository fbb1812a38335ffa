import { checks } from "image-audit";
import { expect, test } from "vitest";
import { byArea } from "./areas.ts";

test("every check stands in exactly one area, and one that no area names is still shown", () => {
  const ids = [...checks.map(({ id }) => id as string), "IMG-UNHEARD-001", "RUN-UNHEARD-001", "SUP-SIGN-001"];
  const placed = byArea(ids);
  expect(placed.flatMap((area) => area.ids).toSorted((a, b) => a.localeCompare(b))).toEqual(
    ids.toSorted((a, b) => a.localeCompare(b)),
  );
  expect(placed.at(-1)?.ids).toContain("RUN-UNHEARD-001");
});

test("an area without checks is left out", () => {
  expect(byArea(["IMG-SECRET-001"]).map(({ title }) => title)).toEqual(["Secrets"]);
});

import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { held, openScene, placeNames, TOOLS, type Tried, tryRow } from "./matrix.ts";
import type { Scene } from "./row.ts";
import { rows } from "./rows.ts";

const reason = await bringTools(TOOLS);
const { named, maybe } = unless(reason);

const run = new Run("attack-matrix-test");
let scene: Scene;
afterAll(() => run.close());
beforeAll(async () => {
  if (reason === undefined) scene = await openScene(run);
});

maybe.each(rows)(named("$attack is refused, and accepted without: $control"), async (row) => {
  const tried = await tryRow(scene, row);
  expect(Object.keys(tried.messages)).toEqual([...row.places]);
  expect(tried.good).toEqual(Object.fromEntries(row.places.map((place) => [place, undefined])));
  expect(held(tried), JSON.stringify(tried, undefined, 2)).toBe(true);
});

test("a row that a place accepts, that stays refused without its control, or that asks nobody has not held", () => {
  const tried = (messages: Tried["messages"], lifted: Tried["lifted"], good: Tried["good"] = {}): Tried => {
    return { attack: "a", control: "c", messages, blind: {}, good, lifted };
  };
  expect(held(tried({ cosign: "no" }, { cosign: undefined }))).toBe(true);
  expect(held(tried({ cosign: "no", "image-audit": undefined }, {}))).toBe(false);
  expect(held(tried({ cosign: "no" }, { cosign: "no" }))).toBe(false);
  expect(held(tried({ cosign: "no" }, { cosign: undefined }, { cosign: "no" }))).toBe(false);
  expect(held(tried({}, {}))).toBe(false);
  expect(held({ ...tried({ cosign: "no" }, { cosign: undefined }), blind: { crane: "no" } })).toBe(false);
});

test("each row names places that exist, and no two are the same attack", () => {
  expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
  for (const row of rows) {
    const named = [...row.places, ...("blind" in row ? (row.blind ?? []) : [])];
    expect(new Set(named).size, row.attack).toBe(named.length);
    for (const place of named) expect(placeNames).toContain(place);
  }
});

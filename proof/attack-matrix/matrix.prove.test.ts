import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Run } from "pipeline/started";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript } from "../docs/shell.ts";
import { ROOT } from "../repository-copy.ts";
import { bringTools } from "../tools/bring.ts";
import { unless } from "../unless.ts";
import { held, placeNames, type StoredAttacks, TOOLS, type Tried } from "./matrix.ts";
import { rows } from "./rows.ts";

// One run of the command as it is typed, and what it stored, row by row.
const reason = await bringTools(TOOLS);
const { named, maybe, proves } = unless(reason);

const run = new Run("attack-matrix-test");
let ended: { status: number | null; output: string };
let stored: StoredAttacks | undefined;
afterAll(() => run.close());
beforeAll(async () => {
  if (reason !== undefined) return;
  const file = join(ROOT, "out/attack-supply-chain.json");
  rmSync(file, { force: true });
  ended = await runScript(run, "make attack-supply-chain");
  if (existsSync(file)) stored = JSON.parse(readFileSync(file, "utf8")) as StoredAttacks;
});

maybe.each(rows)(named("$attack is refused, and accepted without: $control"), ({ attack, places }) => {
  const tried = stored?.attacks.find((candidate) => candidate.attack === attack);
  expect(tried, "it was not tried").toBeDefined();
  if (tried === undefined) return;
  expect(Object.keys(tried.messages)).toEqual([...places]);
  expect(tried.good).toEqual(Object.fromEntries(places.map((place) => [place, null])));
  expect(held(tried), JSON.stringify(tried, undefined, 2)).toBe(true);
});

proves("the command prints each attack and ends with 0", () => {
  expect(ended.status, ended.output).toBe(0);
  expect(stored).toMatchObject({ schemaVersion: 1, attacks: { length: rows.length } });
  expect(ended.output).toContain(`${rows.length} of ${rows.length} attacks refused`);
});

test("a row that a place accepts, that stays refused without its control, or that asks nobody has not held", () => {
  const tried = (messages: Tried["messages"], lifted: Tried["lifted"], good: Tried["good"] = {}): Tried => {
    return { attack: "a", control: "c", messages, blind: {}, good, lifted };
  };
  expect(held(tried({ cosign: "no" }, { cosign: null }))).toBe(true);
  expect(held(tried({ cosign: "no", "image-audit": null }, {}))).toBe(false);
  expect(held(tried({ cosign: "no" }, { cosign: "no" }))).toBe(false);
  expect(held(tried({ cosign: "no" }, { cosign: null }, { cosign: "no" }))).toBe(false);
  expect(held(tried({}, {}))).toBe(false);
  expect(held({ ...tried({ cosign: "no" }, { cosign: null }), blind: { crane: "no" } })).toBe(false);
});

test("each row names places that exist, and no two are the same attack", () => {
  expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
  for (const row of rows) {
    const named = [...row.places, ...("blind" in row ? (row.blind ?? []) : [])];
    expect(new Set(named).size, row.attack).toBe(named.length);
    for (const place of named) expect(placeNames).toContain(place);
  }
});

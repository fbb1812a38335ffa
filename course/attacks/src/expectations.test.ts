import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stages, variants } from "ladder";
import { ROOT } from "pipeline/bake";
import { expect, test } from "vitest";
import { attacks } from "./attacks.ts";
import { expectations, firstStopped, lostBeside, newlyStopped, subjectOf, unexpected } from "./expectations.ts";
import { AttackId, type AttackResult } from "./result.ts";

const ids = attacks.map(({ id }) => id);

test("the six attacks are those of the published shape, each once", () => {
  expect(ids).toEqual(AttackId.options);
});

test("what a stage stops, every later one stops too", () => {
  for (const id of ids) {
    const verdicts = stages.map(({ stage }) => expectations[id][stage].verdict);
    const first = verdicts.indexOf("stopped");
    expect(new Set(first === -1 ? [] : verdicts.slice(first)).size, id).toBe(first === -1 ? 0 : 1);
  }
});

test("every stage above the first stops something that the one below did not", () => {
  expect(newlyStopped(1)).toEqual([]);
  expect(newlyStopped(2)).toEqual(["recover-secret", "cut-upload"]);
  expect(newlyStopped(3)).toEqual(["write-backdoor", "exhaust-memory"]);
  expect(newlyStopped(4)).toEqual(["spawn-shell"]);
  expect(ids.filter((id) => firstStopped(id) === undefined)).toEqual(["swap-image"]);
});

test("a variant lacks the stage's last step, and nothing else", () => {
  expect(Object.values(variants).map(subjectOf)).toEqual([4, "alpine", "chainguard"]);
  expect(lostBeside("alpine")).toEqual(["spawn-shell"]);
  expect(lostBeside("chainguard")).toEqual(["spawn-shell"]);
  expect(lostBeside(4)).toEqual([]);
  expect(() => subjectOf({ ...variants.alpine, image: "minimal" })).toThrow("described for minimal");
});

const result = (verdict: AttackResult["verdict"]): AttackResult => ({
  id: "spawn-shell",
  title: "",
  verdict,
  steps: [],
  evidence: [],
  stoppedBy: null,
});

test("an attack that ends otherwise is noticed, either way, also when it was not tried", () => {
  expect(unexpected(3, [result("succeeded")])).toEqual([]);
  expect(unexpected(3, [result("stopped")])).toHaveLength(1);
  expect(unexpected("alpine", [result("stopped")])).toHaveLength(1);
  expect(unexpected(4, [result("succeeded")])[0]).toMatch(/^spawn-shell: expected stopped \(.+\), got succeeded$/);
  expect(unexpected(4, [{ ...result("not tried"), reason: "no app" }])[0]).toMatch(/got not tried: no app$/);
});

test("the table in the README says the same, and quotes lines that are there", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const section = readme.slice(readme.indexOf("## Attack it"), readme.indexOf("## Keep it"));
  const rows = section
    .split("\n")
    .filter((line) => /^\| (?!attack |-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows.map((row) => row.slice(2, 6))).toEqual(
    ids.map((id) => stages.map(({ stage }) => expectations[id][stage].verdict)),
  );
  const places = rows.flatMap((row) => [...(row[6] ?? "").matchAll(/`([^`]+)`: `([^`…]+)/g)]);
  expect(places).toHaveLength(5);
  for (const [, file = "", text = ""] of places) expect(readFileSync(join(ROOT, file), "utf8")).toContain(text);
});

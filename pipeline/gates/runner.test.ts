import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Run } from "../started.ts";
import type { Gate, GateResult, Shipment } from "./gate.ts";
import { runGate, stillHolds } from "./runner.ts";

let folder: string;
let run: Run;
let shipment: Shipment;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gates-"));
  run = new Run("runner-test");
  shipment = {
    root: folder,
    scripts: folder,
    out: join(folder, "out"),
    repository: "r",
    trust: "",
    issuer: "",
    identity: "",
  };
  writeFileSync(join(folder, "count.sh"), 'echo x >> count; printf "%s" "$REPOSITORY" > "$FOLDER/said"\n');
  writeFileSync(join(folder, "input"), "1");
});
afterEach(() => {
  run.close();
  rmSync(folder, { recursive: true });
});

const count: Gate = {
  name: "count",
  inputs: ({ root }) => ({ files: [join(root, "input")] }),
  judge: (of) => ({ findings: [], seen: readFileSync(join(of, "said"), "utf8") }),
};
const runs = () => readFileSync(join(folder, "count"), "utf8").length / 2;

test("a gate whose inputs did not change is taken from its stored result", async () => {
  const [first, wasStored] = await runGate(run, count, shipment);
  expect([first.verdict, first.reason, wasStored, runs()]).toEqual(["pass", "r", false, 1]);
  expect(await runGate(run, count, shipment)).toEqual([first, true]);
  expect(runs()).toBe(1);
  expect(JSON.parse(readFileSync(join(shipment.out, "count/result.json"), "utf8"))).toEqual(first);
});

test.each(["input", "count.sh", "other.ts"])("a change of %s has it judged again", async (file) => {
  await runGate(run, count, shipment);
  writeFileSync(join(folder, file), 'echo yyy >> count; printf other > "$FOLDER/said"');
  expect((await runGate(run, count, shipment))[1]).toBe(false);
});

test("a failure is not kept", async () => {
  const fails: Gate = { ...count, judge: () => ({ findings: ["no"], seen: "" }) };
  await runGate(run, fails, shipment);
  expect((await runGate(run, fails, shipment))[1]).toBe(false);
});

test("a gate that could not judge is skipped by name, and asked again", async () => {
  const skips: Gate = { ...count, judge: () => ({ findings: [], seen: "the tool is not installed", skipped: true }) };
  const [result] = await runGate(run, skips, shipment);
  expect(result).toMatchObject({ verdict: "skipped", reason: "the tool is not installed" });
  expect((await runGate(run, skips, shipment))[1]).toBe(false);
});

test("a gate that looks at the world is never taken from its stored result", async () => {
  const { inputs: _, ...world } = count;
  await runGate(run, world, shipment);
  expect((await runGate(run, world, shipment))[1]).toBe(false);
});

test("output that cannot be judged is a failure", async () => {
  writeFileSync(join(folder, "count.sh"), "exit 7\n");
  const [result] = await runGate(run, count, shipment);
  expect(result).toMatchObject({ verdict: "fail", reason: expect.stringContaining("ended with 7") as string });
});

test("what is refused at sight meets no tool", async () => {
  const refuses: Gate = { ...count, before: () => ["no", "never"] };
  const [result] = await runGate(run, refuses, shipment);
  expect(result).toMatchObject({ verdict: "fail", reason: "no (and 1 more)" });
  expect(runs).toThrow("ENOENT");
});

test("each command is printed before it runs, and kept", async () => {
  await runGate(run, count, shipment);
  expect(readFileSync(join(shipment.out, "count.log"), "utf8")).toContain("+ echo x");
});

test("a stored result holds for its time only", () => {
  const at = "2026-01-01T00:00:00.000Z";
  const before: GateResult = {
    schemaVersion: 1,
    gate: "a",
    verdict: "pass",
    reason: "",
    evidence: [],
    subject: "",
    seconds: 1,
    at,
    inputs: "i",
  };
  const hour = (hours: number) => Date.parse(at) + hours * 3_600_000;
  expect(stillHolds(before, "i", 24, hour(23))).toBe(true);
  expect(stillHolds(before, "i", 24, hour(25))).toBe(false);
  expect(stillHolds(before, "i", 24, hour(-1))).toBe(false); // from the future: a clock or a file that lies
  expect(stillHolds(before, "j", 24, hour(1))).toBe(false);
});

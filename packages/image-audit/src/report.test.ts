import { expect, test } from "vitest";
import { observationOf } from "../test/observation.ts";
import { imageChecks } from "./checks.ts";
import { judge } from "./report.ts";

const at = new Date("2026-01-02T03:04:05Z");

test("results are sorted by ID whatever the order of the checks, so reports are equal byte for byte", () => {
  const forwards = judge(observationOf(), {}, imageChecks, at);
  const backwards = judge(observationOf(), {}, imageChecks.toReversed(), at);
  expect(JSON.stringify(backwards)).toBe(JSON.stringify(forwards));
  expect(forwards).toMatchObject({
    schemaVersion: 1,
    image: { reference: "app:test" },
    observedAt: "2026-01-02T03:04:05.000Z",
    tool: { name: "image-audit", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
  });
});

test("a stored observation gives the same report", () => {
  const stored = JSON.parse(JSON.stringify(observationOf()));
  expect(judge(stored, {}, imageChecks, at)).toEqual(judge(observationOf(), {}, imageChecks, at));
});

test("no checks is an error, not a clean report", () => {
  expect(() => judge(observationOf(), {}, [], at)).toThrow(expect.objectContaining({ code: "NO_CHECKS" }));
});

test("a missing limit is unknown, not a pass", () => {
  const { results } = judge(observationOf(), {}, imageChecks, at);
  expect(results.find(({ id }) => id === "IMG-SIZE-001")?.outcome.status).toBe("unknown");
});

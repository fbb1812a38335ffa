import type { AuditReport, CheckId, Outcome } from "image-audit";
import { expect, test } from "vitest";
import { contract, differences, imageOf, titleOf } from "./contract.ts";

const example = contract({
  stage: 1,
  name: "example",
  dockerfile: "docker/1-naive.Dockerfile",
  adds: "",
  run: "plain",
  limits: {},
  skipped: { "RUN-HEALTH-001": "there is no health check" },
  faults: { "IMG-USER-001": "no USER line" },
});

const asAgreed: Record<string, Outcome> = {
  "IMG-USER-001": { status: "fail", evidence: [{ message: "user is root" }], fix: "add USER" },
  "IMG-SIZE-001": { status: "pass", evidence: [] },
  "RUN-HEALTH-001": { status: "skipped", reason: "no health check" },
};

function report(outcomes: Record<string, Outcome>): AuditReport {
  return {
    schemaVersion: 1,
    image: { reference: "example", id: `sha256:${"0".repeat(64)}` },
    observedAt: "2026-01-01T00:00:00.000Z",
    tool: { name: "image-audit", version: "0" },
    results: Object.entries(outcomes).map(([id, outcome]) => ({ id: id as CheckId, outcome })),
  };
}

function differing(changed: Record<string, Outcome>): string[] {
  return differences(example, report({ ...asAgreed, ...changed })).map(
    ({ id, expected, got }) => `${id} ${expected} ${got}`,
  );
}

test("a stage that is as its contract says has no difference", () => {
  expect(differing({})).toEqual([]);
});

test("a fault that was mended unannounced breaks the contract", () => {
  expect(differing({ "IMG-USER-001": { status: "pass", evidence: [] } })).toEqual(["IMG-USER-001 fail pass"]);
});

test("a check that fails without being a fault breaks it", () => {
  expect(differing({ "IMG-SIZE-001": { status: "fail", evidence: [], fix: "" } })).toEqual(["IMG-SIZE-001 pass fail"]);
});

test.each(["unknown", "skipped"] as const)("%s is neither pass nor fail", (status) => {
  expect(differing({ "IMG-SIZE-001": { status, reason: "" } })).toEqual([`IMG-SIZE-001 pass ${status}`]);
  expect(differing({ "IMG-USER-001": { status, reason: "" } })).toEqual([`IMG-USER-001 fail ${status}`]);
});

test("waived breaks it, also on a fault", () => {
  const waiver = { id: "IMG-USER-001", reason: "x", expires: "2027-01-01" };
  const waived: Outcome = { status: "waived", waiver, was: { status: "fail", evidence: [], fix: "" } };
  expect(differing({ "IMG-USER-001": waived })).toEqual(["IMG-USER-001 fail waived"]);
});

test("skipped where the contract does not list it, or ran where it lists it, breaks it", () => {
  expect(differing({ "RUN-HEALTH-001": { status: "pass", evidence: [] } })).toEqual(["RUN-HEALTH-001 skipped pass"]);
});

test("an entry that no check answers breaks it", () => {
  const { "IMG-USER-001": _, ...rest } = asAgreed;
  expect(differences(example, report(rest)).map(({ id, got }) => `${id} ${got}`)).toEqual(["IMG-USER-001 unknown"]);
});

test("an image is named after its stage number, or by its own name", () => {
  expect([imageOf(example), titleOf(example)]).toEqual(["hardened-node-api:stage-1", "stage 1"]);
  const other = { ...example, image: "alpine" };
  expect([imageOf(other), titleOf(other)]).toEqual(["hardened-node-api:alpine", "alpine"]);
});

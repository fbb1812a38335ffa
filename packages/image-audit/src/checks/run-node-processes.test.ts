import { expect, test } from "vitest";
import { nodeOf, notStarted, outcomeWith, told } from "../../test/traces.ts";
import { runCore001 } from "./run-core-001.ts";
import { runEnv001 } from "./run-env-001.ts";
import { runHeap001 } from "./run-heap-001.ts";
import { runInspector001 } from "./run-inspector-001.ts";
import { runReport001 } from "./run-report-001.ts";
import { runTls001 } from "./run-tls-001.ts";

const every = [runCore001, runEnv001, runHeap001, runInspector001, runReport001, runTls001];

test.each(every.map((check) => [check.id, check] as const))("%s is unknown when no process was seen", (_, check) => {
  expect(told(outcomeWith(check, "asRun", { start: notStarted, nodes: [] }))).toBe(
    "unknown: no process of the image's Node could be looked at: it ended with exit code 1",
  );
});

const switched = [runHeap001, runInspector001, runReport001];

test.each(switched.map((check) => [check.id, check] as const))("%s is unknown when one kept silent", (_, check) => {
  expect(told(outcomeWith(check, "asRun", { nodes: [nodeOf(), nodeOf({ pid: 9, switches: null })] }))).toBe(
    "unknown: process 9: no second Node with its arguments and environment could be asked",
  );
});

test.each([
  [runEnv001.id, runEnv001],
  [runTls001.id, runTls001],
])("%s is unknown when an environment is not readable", (_, check) => {
  expect(told(outcomeWith(check, "asRun", { nodes: [nodeOf({ environment: null })] }))).toBe(
    "unknown: the environment of process 7 is not readable",
  );
});

import { expect, test } from "vitest";
import { goodTraces, outcomeWith, switchedTo, told } from "../../test/traces.ts";
import { runInspector001 } from "./run-inspector-001.ts";

const process = { pid: 7, sent: true, alive: true, held: true };
const inspector = { address: "127.0.0.1", port: 9229 };

test.each([
  ["the signal is blocked", { processes: [process], opened: [] }, "is held back for good"],
  ["the app has a handler of its own", { processes: [{ ...process, held: false }], opened: [] }, "opened nothing"],
])("passes when %s", (_, sigusr1, how) => {
  expect(told(outcomeWith(runInspector001, "asRun", { sigusr1 }))).toBe(`pass: Node process 7: SIGUSR1 ${how}`);
});

test.each([
  [
    "SIGUSR1 opens it",
    { sigusr1: { processes: [{ ...process, held: false }], opened: [inspector] } },
    "127.0.0.1 port 9229 listens since SIGUSR1",
  ],
  [
    "SIGUSR1 ends the process",
    { sigusr1: { processes: [{ ...process, alive: false, held: false }], opened: [] } },
    "process 7 ended by SIGUSR1",
  ],
  ["it is open from the start", { listening: [inspector] }, "127.0.0.1 port 9229 listens"],
  ["it was asked for", { nodes: [switchedTo({ inspects: true })] }, "process 7: --inspect"],
])("fails when %s", (_, changes, message) => {
  expect(told(outcomeWith(runInspector001, "asRun", changes))).toBe(`fail: ${message}`);
});

test("is unknown when the signal could not be sent", () => {
  const sigusr1 = { processes: [{ ...process, sent: false, held: false }], opened: [] };
  expect(told(outcomeWith(runInspector001, "asRun", { sigusr1 }))).toBe(
    "unknown: the probe may not send SIGUSR1 to process 7",
  );
  expect(outcomeWith(runInspector001, "asRun", { ...goodTraces.asRun, sigusr1: null }).status).toBe("unknown");
});
